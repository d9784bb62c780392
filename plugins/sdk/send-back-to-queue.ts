// kili.sendBackToQueue: gives assets to a labeler again. Kili's own SDK then waits until Kili's counts agree; this
// does not, since a run has better uses for its time.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkIds } from "./check-ids.ts";
import { inBatches } from "./in-batches.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";

const DOCUMENT = `mutation sendBackAssetsToQueue($where: AssetWhere!) {
  data: sendBackAssetsToQueue(where: $where) { id }
}`;

/** Sends assets back, and gives the project they are in; null when there was nothing to do. */
export async function sendBackToQueue(
  caller: KiliCaller,
  { assetIds }: { readonly assetIds: readonly string[] },
): Promise<IdRow | null> {
  checkIds("sendBackToQueue", "assetIds", assetIds);
  const answers = await inBatches(assetIds, (idIn) =>
    callKili(caller, "sendBackAssetsToQueue", DOCUMENT, { where: { idIn } }),
  );
  return answers.flatMap(toIdRows).at(-1) ?? null;
}
