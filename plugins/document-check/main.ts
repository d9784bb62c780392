// document-check: an IBAN must start with `iban_prefix`, a currency must be one of `currencies`.
// What is wrong gets an issue on its object. The document goes on to review either way, with the share of right
// annotations, in percent, as `accuracy` in the asset's metadata (which replaces the metadata that was there).
import { annotationsOf, PluginCore, textOf, type Annotation, type SubmitEvent } from "kili-edge/sdk";

interface Config {
  readonly iban_prefix: string;
  readonly currencies: readonly string[];
}

export default class PluginHandler extends PluginCore<Config> {
  override async onSubmit({ label, assetId }: SubmitEvent) {
    if (label.jsonResponse === undefined) {
      this.logger.warning("Nothing to check: label", label.id, "came without its content");
      return null;
    }
    const annotations = annotationsOf(label);
    const issues = annotations.flatMap((annotation) => {
      const text = checkAnnotation(annotation, this.config);
      return text === null ? [] : [{ text, mid: annotation.mid }];
    });
    const accuracy = annotations.length === 0 ? 100 : 100 * (1 - issues.length / annotations.length);

    await this.kili.updatePropertiesInAssets({ assetIds: [assetId], jsonMetadatas: [{ accuracy }] });
    await this.kili.addToReview({ assetIds: [assetId] });
    // Issues come last: an attempt that fails before them has opened none, and the next one opens each once.
    await this.kili.createIssues({
      labelIds: issues.map(() => label.id),
      assetIds: issues.map(() => assetId),
      objectMids: issues.map((issue) => issue.mid),
      texts: issues.map((issue) => issue.text),
    });
    return { accuracy, issues: issues.length };
  }
}

function checkAnnotation(annotation: Annotation, { iban_prefix: prefix, currencies }: Config): string | null {
  const text = textOf(annotation.children);
  switch (annotation.categories?.[0]?.name) {
    case "IBAN":
      return text.startsWith(prefix) ? null : `The IBAN should start with ${prefix}`;
    case "CURRENCY":
      return currencies.includes(text) ? null : `The currency should be one of ${currencies.join(", ")}`;
    default:
      return null;
  }
}
