// kili.addToReview: moves labelled assets on to review.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkIds } from "./check-ids.ts";
import { inBatches } from "./in-batches.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";

const DOCUMENT = `mutation addAllLabeledAssetsToReview($where: AssetWhere!) {
  data: addAllLabeledAssetsToReview(where: $where) { id }
}`;

/** Moves assets on, and gives the project they are in; null when none of them could be moved. */
export async function addToReview(
  caller: KiliCaller,
  { assetIds }: { readonly assetIds: readonly string[] },
): Promise<IdRow | null> {
  checkIds("addToReview", "assetIds", assetIds);
  const answers = await inBatches(assetIds, (idIn) =>
    callKili(caller, "addAllLabeledAssetsToReview", DOCUMENT, { where: { idIn } }),
  );
  return answers.flatMap(toIdRows).at(-1) ?? null;
}
