import { PluginCore, type ReviewEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onReview({ label }: ReviewEvent) {
    this.logger.info("Looking at", label.id);
    this.logger.warning("<b>labels say what they like</b>");
    const boxes = (label.jsonResponse?.["JOB_0"] as { annotations?: unknown[] } | undefined)?.annotations;
    if (boxes === undefined) throw new RangeError("Cannot count boxes: found no annotations, wanted a list");
  }
}
