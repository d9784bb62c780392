// bench-rule: a rule of the size that users write, with one log line and no Kili calls.
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";
import { findTooMany } from "./find-too-many.ts";

// oxlint-disable-next-line import/no-default-export -- the form of a plugin
export default class PluginHandler extends PluginCore<{ readonly max_boxes: number }> {
  override onSubmit({ label, assetId }: SubmitEvent) {
    const issues = findTooMany(label.jsonResponse ?? {}, this.config.max_boxes);
    this.logger.info(assetId, issues);
    return { issues: issues.length };
  }
}
