// kili.assignAssetsToLabelers: says who is to label assets.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkIds } from "./check-ids.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";
import { zipColumns } from "./zip-columns.ts";

const DOCUMENT = `mutation assignAssetsToLabelers($where: AssetWhere!, $userIds: [String!]!) {
  data: assignAssetsToLabelers(where: $where, userIds: $userIds) { id }
}`;

/** Assignments as parallel lists: the entries at one place are for one asset. */
export interface Assignments {
  readonly assetIds: readonly string[];
  /** The users of each asset, by id. */
  readonly toBeLabeledBy: readonly (readonly string[])[];
}

/** Assigns the assets, in one call for each as Kili wants it, and gives the ids of those that were changed. */
export async function assignAssetsToLabelers(caller: KiliCaller, args: Assignments): Promise<IdRow[]> {
  checkIds("assignAssetsToLabelers", "assetIds", args.assetIds);
  for (const [row, userIds] of args.toBeLabeledBy.entries())
    checkIds("assignAssetsToLabelers", `toBeLabeledBy[${row}]`, userIds);
  const assignments = zipColumns("assignAssetsToLabelers", [
    ["assetIds", "id", args.assetIds],
    ["toBeLabeledBy", "userIds", args.toBeLabeledBy],
  ]);
  const changed: IdRow[] = [];
  for (const { id, userIds } of assignments)
    changed.push(...toIdRows(await callKili(caller, "assignAssetsToLabelers", DOCUMENT, { where: { id }, userIds })));
  return changed;
}
