// Behaves: what the others do must not keep it from ending well. Its name is the last of all, and so is its turn.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    const text = JSON.stringify([3, 1, 2].toSorted().map((n) => n * 2));
    this.logger.info("neighbour saw", text, typeof fetch, new Date(0).toISOString());
  }
}
