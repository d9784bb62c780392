// Behaves, and takes a moment, so that its runs are under way when the runtime is killed.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
