// kili.addMetadata and kili.setMetadata: the metadata of assets.
import type { KiliCaller } from "./call-kili.ts";
import { checkId } from "./check-id.ts";
import { checkIds } from "./check-ids.ts";
import { inBatches } from "./in-batches.ts";
import { queryAssets } from "./query-assets.ts";
import type { IdRow } from "./to-id-rows.ts";
import { updatePropertiesInAssets } from "./update-properties-in-assets.ts";
import { zipColumns } from "./zip-columns.ts";

/** Metadata as parallel lists: the entries at one place are for one asset. */
export interface AssetMetadata {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly assetIds: readonly string[];
  readonly jsonMetadata: readonly Readonly<Record<string, unknown>>[];
}

/** Replaces the assets' metadata, and gives the ids of the assets that were changed. */
export async function setMetadata(caller: KiliCaller, { assetIds, jsonMetadata }: AssetMetadata): Promise<IdRow[]> {
  return updatePropertiesInAssets(caller, { assetIds, jsonMetadatas: jsonMetadata }, "setMetadata");
}

/** Adds to the assets' metadata what is new and replaces what has the same key; gives the ids of those changed. */
export async function addMetadata(
  caller: KiliCaller,
  { assetIds, jsonMetadata, projectId = caller.projectId }: AssetMetadata,
): Promise<IdRow[]> {
  checkId("addMetadata", "projectId", projectId);
  checkIds("addMetadata", "assetIds", assetIds);
  const added = zipColumns("addMetadata", [
    ["assetIds", "assetId", assetIds],
    ["jsonMetadata", "metadata", jsonMetadata],
  ]);
  const found = await inBatches(assetIds, (assetIdIn) =>
    queryAssets(caller, { projectId, assetIdIn, fields: ["id", "jsonMetadata"] }),
  );
  const present = new Map(found.flat().map((asset) => [asset.id, asset.jsonMetadata]));
  const merged = added.map(({ assetId, metadata }) => {
    const before = present.get(String(assetId));
    // Setting it all the same would delete what could not be read.
    if (before === undefined)
      throw new TypeError(`Cannot call addMetadata: asset "${String(assetId)}" is not in project "${projectId}"`);
    return { ...before, ...(metadata as object) };
  });
  return updatePropertiesInAssets(caller, { assetIds, jsonMetadatas: merged }, "addMetadata");
}
