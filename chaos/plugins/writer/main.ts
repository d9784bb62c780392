// Opens one issue on each label.
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit({ label, assetId }: SubmitEvent): Promise<void> {
    await this.kili.createIssues({ labelIds: [label.id], assetIds: [assetId], texts: ["chaos"] });
  }
}
