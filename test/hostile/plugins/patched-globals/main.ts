// Breaks every global it can reach before its neighbour runs, and tries to switch its own metering off.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    const lie = (): never => {
      throw new Error("patched");
    };
    Date.now = () => 0;
    performance.now = () => 0;
    Object.assign = lie;
    Array.prototype.map = lie;
    Promise.prototype.then = lie;
    JSON.stringify = () => '"patched"';
    globalThis.setTimeout = lie as unknown as typeof setTimeout;
    globalThis.fetch = lie;
    for (;;);
  }
}
