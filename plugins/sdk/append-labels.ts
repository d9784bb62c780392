// kili.appendLabels: adds labels to assets.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkId } from "./check-id.ts";
import { checkIds } from "./check-ids.ts";
import { inBatches } from "./in-batches.ts";
import type { JsonResponse, LabelType } from "./label.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";
import { zipColumns } from "./zip-columns.ts";

const DOCUMENT = `mutation appendManyLabels($data: AppendManyLabelsData!, $where: AssetWhere!) {
  data: appendManyLabels(data: $data, where: $where) { id }
}`;

/** Labels as parallel lists: the entries at one place describe one label. */
export interface NewLabels {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  /** The asset of each label. */
  readonly assetIds: readonly string[];
  /** The content of each label. */
  readonly jsonResponses: readonly JsonResponse[];
  /** The Kili user each label is by; the owner of the host's API key by default. */
  readonly authorIds?: readonly string[];
  /** How long each label took, in seconds. */
  readonly secondsToLabel?: readonly number[];
  /** The model that made the labels; Kili wants one for predictions and inferences. */
  readonly modelName?: string;
  /** `DEFAULT` by default. */
  readonly labelType?: LabelType;
  /** The workflow step the labels belong to. */
  readonly stepName?: string;
  /** Whether to replace the model's earlier labels. False by default. */
  readonly overwrite?: boolean;
}

/** Adds the labels, and gives their ids in the same order. `method` is what errors call it. */
export async function appendLabels(caller: KiliCaller, args: NewLabels, method = "appendLabels"): Promise<IdRow[]> {
  const { projectId = caller.projectId, labelType = "DEFAULT", overwrite = false, modelName, stepName } = args;
  checkId(method, "projectId", projectId);
  checkIds(method, "assetIds", args.assetIds);
  if (args.authorIds !== undefined) checkIds(method, "authorIds", args.authorIds);
  const labels = zipColumns(method, [
    ["assetIds", "assetID", args.assetIds],
    ["jsonResponses", "jsonResponse", args.jsonResponses.map((content) => JSON.stringify(content))],
    ["authorIds", "authorID", args.authorIds],
    ["secondsToLabel", "secondsToLabel", args.secondsToLabel],
  ]);
  const answers = await inBatches(labels, (batch) =>
    callKili(caller, "appendManyLabels", DOCUMENT, {
      data: {
        labelType,
        overwrite,
        ...(stepName !== undefined && { stepName }),
        labelsData: batch.map((label) => (modelName === undefined ? label : { ...label, modelName })),
      },
      where: { idIn: batch.map((label) => label["assetID"]), project: { id: projectId } },
    }),
  );
  return answers.flatMap(toIdRows);
}
