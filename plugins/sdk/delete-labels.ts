// kili.deleteLabels: deletes labels for good.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkIds } from "./check-ids.ts";
import { inBatches } from "./in-batches.ts";

const DOCUMENT = `mutation deleteLabels($ids: [ID!]!) {
  data: deleteLabels(ids: $ids)
}`;

/** Deletes the labels, and gives the ids of those that were there. */
export async function deleteLabels(
  caller: KiliCaller,
  { labelIds }: { readonly labelIds: readonly string[] },
): Promise<string[]> {
  checkIds("deleteLabels", "labelIds", labelIds);
  const answers = await inBatches(labelIds, (ids) => callKili(caller, "deleteLabels", DOCUMENT, { ids }));
  return answers.flatMap((ids) => (Array.isArray(ids) ? (ids as string[]) : []));
}
