// bbox-count: at most `max_boxes` boxes of each of the configured `classes`, in all jobs together.
// Every class with too many gets an issue on the label, and the asset goes back to the queue.
import {
  annotationsOf,
  countByCategory,
  PluginCore,
  type Label,
  type ReviewEvent,
  type SubmitEvent,
} from "kili-edge/sdk";

interface Config {
  readonly classes: readonly string[];
  readonly max_boxes: number;
}

export default class PluginHandler extends PluginCore<Config> {
  override onSubmit({ label, assetId }: SubmitEvent) {
    return this.check(label, assetId);
  }

  override onReview({ label, assetId }: ReviewEvent) {
    return this.check(label, assetId);
  }

  async check(label: Label, assetId: string) {
    const issues = findIssues(label, this.config);
    if (issues.length > 0) {
      this.logger.info("Sending back", assetId, issues);
      // Issues come last: an attempt that fails before them has opened none, and the next one opens each once.
      await this.kili.sendBackToQueue({ assetIds: [assetId] });
      await this.kili.createIssues({
        labelIds: issues.map(() => label.id),
        assetIds: issues.map(() => assetId),
        texts: issues,
      });
    }
    return { issues: issues.length };
  }
}

function findIssues(label: Label, { classes, max_boxes: most }: Config): string[] {
  const counts = countByCategory(annotationsOf(label, { type: "rectangle" }));
  return classes.flatMap((name) => {
    const count = counts.get(name) ?? 0;
    return count > most ? [`There are too many boxes of ${name}: ${count}, at most ${most} accepted`] : [];
  });
}
