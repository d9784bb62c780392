import { PluginCore, type ReviewEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onReview({ label }: ReviewEvent) {
    this.logger.info("Nothing to count on", label.id);
  }
}
