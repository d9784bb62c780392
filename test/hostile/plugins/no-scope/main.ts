// Calls Kili without any permission to.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    await this.kili.sendBackToQueue({ assetIds: ["asset-1"] });
  }
}
