// kili.createIssues: opens issues on labels, or on single objects of them.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkId } from "./check-id.ts";
import { checkIds } from "./check-ids.ts";
import { inBatches } from "./in-batches.ts";
import { queryLabels } from "./query-labels.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";
import { zipColumns } from "./zip-columns.ts";

const DOCUMENT = `mutation createIssues($issues: [IssueToCreate!]!, $where: AssetWhere!) {
  data: createIssues(issues: $issues, where: $where) { id }
}`;

/** Issues as parallel lists: the entries at one place describe one issue. */
export interface NewIssues {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  /** The label of each issue. */
  readonly labelIds: readonly string[];
  /** What each issue says. */
  readonly texts: readonly string[];
  /** The `mid` of the object each issue is about; null for an issue about the whole label. */
  readonly objectMids?: readonly (string | null | undefined)[];
  /** The asset of each label. Without it, one query looks them up, which needs `labels:read`. */
  readonly assetIds?: readonly string[];
}

/** Questions as parallel lists: the entries at one place describe one question. */
export interface NewQuestions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  /** The asset of each question. */
  readonly assetIds: readonly string[];
  /** What each question asks. */
  readonly texts: readonly string[];
}

/** Opens the issues, and gives their ids in the same order. */
export async function createIssues(caller: KiliCaller, args: NewIssues): Promise<IdRow[]> {
  const { labelIds, objectMids, projectId = caller.projectId, texts } = args;
  checkId("createIssues", "projectId", projectId);
  checkIds("createIssues", "labelIds", labelIds);
  const assetIds = args.assetIds ?? (await lookUpAssets(caller, projectId, labelIds));
  checkIds("createIssues", "assetIds", assetIds);
  const issues = zipColumns("createIssues", [
    ["labelIds", "labelID", labelIds],
    ["texts", "text", texts],
    ["objectMids", "objectMid", objectMids],
    ["assetIds", "assetId", assetIds],
  ]);
  return send(caller, projectId, "ISSUE", issues);
}

/** Asks the questions, and gives their ids in the same order. */
export async function createQuestions(
  caller: KiliCaller,
  { assetIds, projectId = caller.projectId, texts }: NewQuestions,
): Promise<IdRow[]> {
  checkId("createQuestions", "projectId", projectId);
  checkIds("createQuestions", "assetIds", assetIds);
  const questions = zipColumns("createQuestions", [
    ["assetIds", "assetId", assetIds],
    ["texts", "text", texts],
  ]);
  return send(caller, projectId, "QUESTION", questions);
}

async function send(
  caller: KiliCaller,
  projectId: string,
  type: "ISSUE" | "QUESTION",
  issues: readonly Record<string, unknown>[],
): Promise<IdRow[]> {
  const answers = await inBatches(issues, (batch) =>
    callKili(caller, "createIssues", DOCUMENT, {
      issues: batch.map((issue) => ({ ...issue, type })),
      where: { project: { id: projectId } },
    }),
  );
  return answers.flatMap(toIdRows);
}

async function lookUpAssets(caller: KiliCaller, projectId: string, labelIds: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(labelIds)];
  const found = await inBatches(wanted, (idContains) =>
    queryLabels(caller, { projectId, idContains, fields: ["id", "labelOf.id"] }),
  );
  const assetOf = new Map(found.flat().map((label) => [label.id, label.labelOf.id]));
  return labelIds.map((labelId) => {
    const assetId = assetOf.get(labelId);
    if (assetId !== undefined) return assetId;
    throw new TypeError(`Cannot call createIssues: label "${labelId}" is not in project "${projectId}"`);
  });
}
