// Calls Kili more often than it may, and swallows the refusals.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    for (let call = 0; call < 10; call += 1) {
      await this.kili.sendBackToQueue({ assetIds: ["asset-1"] }).catch(() => null);
    }
  }
}
