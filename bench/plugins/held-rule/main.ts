// bench-held-rule: bench-rule, but a label may say until when its run holds its place. Enough of them make a backlog
// of whatever comes behind them, and the moment it starts to drain is known.
import { PluginCore, type Label, type SubmitEvent } from "kili-edge/sdk";
import { findTooMany } from "../rule/find-too-many.ts";

// oxlint-disable-next-line import/no-default-export -- the form of a plugin
export default class PluginHandler extends PluginCore<{ readonly max_boxes: number }> {
  override async onSubmit({ label, assetId }: SubmitEvent) {
    // Epoch milliseconds; labels of the backlog itself have none.
    const { holdUntil = 0 } = label as Label & { readonly holdUntil?: number };
    const wait = holdUntil - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const issues = findTooMany(label.jsonResponse ?? {}, this.config.max_boxes);
    this.logger.info(assetId, issues);
    return { issues: issues.length };
  }
}
