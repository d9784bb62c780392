// box-size, the rule of Kili's webhook tutorial: a box larger than `max_share` of the image gets an issue, on that
// object. More than one `single_object` (job and class, by the counts that Kili sends along) is an issue on the label.
// The labeler can also ask for the check before submitting, with a button of a custom interface.
import {
  PluginCore,
  type Annotation,
  type CustomInterfaceClickEvent,
  type Label,
  type SubmitEvent,
} from "kili-edge/sdk";

interface Config {
  readonly max_share: number;
  readonly single_object: string;
}

interface Issue {
  readonly text: string;
  readonly mid?: string | undefined;
}

export default class PluginHandler extends PluginCore<Config> {
  override onSubmit({ label, assetId }: SubmitEvent) {
    return this.check(label, assetId);
  }

  override onCustomInterfaceClick({ label, assetId }: CustomInterfaceClickEvent) {
    return this.check(label, assetId);
  }

  async check(label: Label, assetId: string) {
    const issues = [...findLargeBoxes(label, this.config.max_share), ...findRepeated(label, this.config.single_object)];
    this.logger.info("Checked label", label.id, "and found", issues.length, "issues");
    await this.kili.createIssues({
      labelIds: issues.map(() => label.id),
      assetIds: issues.map(() => assetId),
      objectMids: issues.map((issue) => issue.mid),
      texts: issues.map((issue) => issue.text),
    });
    return { issues: issues.length };
  }
}

function findLargeBoxes({ jsonResponse = {} }: Label, maxShare: number): Issue[] {
  const annotations = Object.values(jsonResponse).flatMap((job) => job?.annotations ?? []);
  return annotations
    .filter((annotation) => annotation.type === "rectangle" && shareOf(annotation) > maxShare)
    .map((annotation) => ({
      mid: annotation.mid,
      text: `The box covers ${Math.round(100 * shareOf(annotation))}% of the image, at most ${Math.round(100 * maxShare)}% accepted`,
    }));
}

function findRepeated({ search }: Label, singleObject: string): Issue[] {
  const count = search?.numberOfAnnotationsByObject?.[singleObject] ?? 0;
  return count > 1 ? [{ text: `There are ${count} of ${singleObject}, at most 1 accepted` }] : [];
}

/** The part of the image a box covers, 0 to 1. Its corners come in any order. */
function shareOf({ boundingPoly }: Annotation): number {
  const corners = boundingPoly?.[0]?.normalizedVertices ?? [];
  const spread = (values: readonly number[]) => (values.length === 0 ? 0 : Math.max(...values) - Math.min(...values));
  return spread(corners.map((corner) => corner.x)) * spread(corners.map((corner) => corner.y));
}
