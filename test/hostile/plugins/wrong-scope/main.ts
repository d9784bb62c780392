// Writes through a door that was opened for reading.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    await this.kili.createIssues({ labelIds: ["label-1"], assetIds: ["asset-1"], texts: ["not mine to open"] });
  }
}
