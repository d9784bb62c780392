// Behaves, and takes long enough to be killed under way, alone or not.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
  }
}
