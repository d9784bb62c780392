// Logs three lines per event, in a known order and level, for the SDK to read back.
import { PluginCore, type ReviewEvent, type SubmitEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit({ assetId }: SubmitEvent): void {
    this.logger.info(`first line of ${assetId}`);
    this.logger.warning(`second line of ${assetId}`);
    this.logger.error(`third line of ${assetId}`);
  }

  override onReview({ assetId }: ReviewEvent): void {
    this.logger.info(`review of ${assetId}`);
  }
}
