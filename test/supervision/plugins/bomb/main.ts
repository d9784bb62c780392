// Takes all the memory there is, outside of the heap that the engine bounds, and lets others in meanwhile.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onReview(): Promise<never> {
    const kept: Uint8Array[] = [];
    for (;;) {
      kept.push(new Uint8Array(32 * 1024 * 1024).fill(kept.length));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
