// What Kili would answer to a write, as far as a host without a key can tell: the ids of what was touched, and where Kili
// answers with each asset's outcome, that all went well. New things get ids that say what they are.
import { idOf, idsOf, itemsOf, memberOf, namedIds } from "./read-json.ts";
import type { Arguments } from "./resolve-arguments.ts";

/** One id, one per thing touched, or the assets for which it was done; a flag that is given back. */
export type DryRunIds = string | boolean | readonly string[] | { readonly succeeded: readonly string[] };

type AnswerIds = (given: Arguments, newId: () => string) => DryRunIds;

const WRITES: ReadonlyMap<string, AnswerIds> = new Map<string, AnswerIds>([
  ["createIssues", (given, newId) => itemsOf(given.issues).map(newId)],
  ["appendManyLabels", (given, newId) => itemsOf(memberOf(given.data, "labelsData")).map(newId)],
  ["createNotification", (_given, newId) => newId()],
  ["deleteLabels", (given) => idsOf(given.ids)],
  ["updatePropertiesInIssue", (given, newId) => idOf(memberOf(given.where, "id")) ?? newId()],
  ["updatePropertiesInProject", (given, newId) => idOf(memberOf(given.where, "id")) ?? newId()],
  [
    "updatePropertiesInAssets",
    (given, newId) => itemsOf(given.where).map((where) => idOf(memberOf(where, "id")) ?? newId()),
  ],
  ["assignAssetsToLabelers", (given) => namedIds(given.where)],
  ["sendBackAssetsToQueue", (given, newId) => projectOf(given) ?? newId()],
  ["addAllLabeledAssetsToReview", (given, newId) => projectOf(given) ?? newId()],
  ...["addAssetsToReview", "assignAssets", "sendAssetsBackToQueue", "setAssetsPriority"].map(
    (field) => [field, (given: Arguments) => ({ succeeded: namedIds(given.where) })] as const,
  ),
  ["setAssetConsensus", (given) => given.isConsensus === true],
  ["skipAsset", (given, newId) => firstAsset(given) ?? newId()],
  ["unskipAsset", (given, newId) => idOf(given.assetId) ?? newId()],
]);

/** The ids a write would answer with. `newId` gives a fresh one each time. */
export function dryRunIds(field: string, given: Arguments, newId: () => string): DryRunIds {
  const write = WRITES.get(field);
  if (write === undefined)
    throw new Error(`No dry-run answer for "${field}": every write of KILI_ROOT_FIELDS needs one`);
  return write(given, newId);
}

// Kili answers some writes on assets with their project.
function projectOf(given: Arguments): string | null {
  return idOf(memberOf(memberOf(given.where, "project"), "id"));
}

function firstAsset(given: Arguments): string | null {
  return namedIds(given.where)[0] ?? null;
}
