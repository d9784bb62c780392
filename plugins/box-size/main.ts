// box-size, the rule of Kili's webhook tutorial: a box larger than `max_share` of the image gets an issue, on that
// object. More than one `single_object` (job and class, by the counts that Kili sends along) is an issue on the label.
// The labeler can also ask for the check before submitting, with a button of a custom interface.
import {
  annotationsOf,
  areaOf,
  PluginCore,
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

function findLargeBoxes(label: Label, maxShare: number): Issue[] {
  return annotationsOf(label, { type: "rectangle" })
    .filter((box) => areaOf(box) > maxShare)
    .map((box) => ({
      mid: box.mid,
      text: `The box covers ${Math.round(100 * areaOf(box))}% of the image, at most ${Math.round(100 * maxShare)}% accepted`,
    }));
}

function findRepeated({ search }: Label, singleObject: string): Issue[] {
  const count = search?.numberOfAnnotationsByObject?.[singleObject] ?? 0;
  return count > 1 ? [{ text: `There are ${count} of ${singleObject}, at most 1 accepted` }] : [];
}
