// Reads labels and writes twice, the second time with what the first write was answered.
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit({ label, assetId }: SubmitEvent): Promise<string | undefined> {
    const labels = await this.kili.labels({ assetId, fields: ["id", "jsonResponse"] });
    const texts = labels.map(({ id }) => `seen ${id}`);
    const issues = await this.kili.createIssues({
      ...{ labelIds: texts.map(() => label.id), assetIds: texts.map(() => assetId), texts },
    });
    await this.kili.sendBackToQueue({ assetIds: [assetId] });
    return issues[0]?.id;
  }
}
