// kili.updatePropertiesInAssets: sets properties of assets, among them their metadata.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkIds } from "./check-ids.ts";
import { inBatches } from "./in-batches.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";
import { zipColumns } from "./zip-columns.ts";

const DOCUMENT = `mutation updatePropertiesInAssets($where: [AssetWhere!]!, $data: [AssetData!]!) {
  data: updatePropertiesInAssets(where: $where, data: $data) { id }
}`;

/** New properties as parallel lists: the entries at one place are for one asset. A null entry changes nothing. */
export interface AssetProperties {
  readonly assetIds: readonly string[];
  readonly externalIds?: readonly (string | null)[];
  /** Higher comes first. */
  readonly priorities?: readonly (number | null)[];
  /** Each replaces the asset's metadata as a whole. */
  readonly jsonMetadatas?: readonly (Readonly<Record<string, unknown>> | null)[];
  /** 0 to 1. */
  readonly consensusMarks?: readonly (number | null)[];
  /** 0 to 1. */
  readonly honeypotMarks?: readonly (number | null)[];
  /** For each asset, the e-mail addresses of who is to label it. */
  readonly toBeLabeledBy?: readonly (readonly string[] | null)[];
  readonly contents?: readonly (string | null)[];
  readonly jsonContents?: readonly (string | null)[];
}

/** Sets the properties, and gives the ids of the assets that were changed. `method` is what errors call it. */
export async function updatePropertiesInAssets(
  caller: KiliCaller,
  args: AssetProperties,
  method = "updatePropertiesInAssets",
): Promise<IdRow[]> {
  checkIds(method, "assetIds", args.assetIds);
  const rows = zipColumns(method, [
    ["assetIds", "id", args.assetIds],
    ["externalIds", "externalId", args.externalIds],
    ["priorities", "priority", args.priorities],
    ["jsonMetadatas", "jsonMetadata", args.jsonMetadatas?.map((data) => data && JSON.stringify(data))],
    ["consensusMarks", "consensusMark", args.consensusMarks],
    ["honeypotMarks", "honeypotMark", args.honeypotMarks],
    ["toBeLabeledBy", "toBeLabeledBy", args.toBeLabeledBy],
    ["contents", "content", args.contents],
    ["jsonContents", "jsonContent", args.jsonContents],
  ]);
  const answers = await inBatches(rows, (batch) =>
    callKili(caller, "updatePropertiesInAssets", DOCUMENT, {
      where: batch.map(({ id }) => ({ id })),
      data: batch.map((row) => Object.fromEntries(Object.entries(row).filter(([field]) => field !== "id"))),
    }),
  );
  return answers.flatMap(toIdRows);
}
