// Never gives the event loop a turn: each microtask queues the next.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    const again = (): Promise<void> => Promise.resolve().then(again, again);
    await again();
  }
}
