// kili.skipAsset and kili.unskipAsset: takes an asset out of the queue, and puts it back.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkId } from "./check-id.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";

const SKIP = `mutation skipAsset($reason: String!, $where: AssetWhere!) {
  data: skipAsset(reason: $reason, where: $where) { id }
}`;

// Kili gives no object here.
const UNSKIP = `mutation unskipAsset($projectId: ID!, $assetId: ID!) {
  data: unskipAsset(projectId: $projectId, assetId: $assetId)
}`;

/** One asset of a project. */
export interface AssetOfProject {
  readonly assetId: string;
  /** The plugin's own project by default. */
  readonly projectId?: string;
}

/** Skips the asset, and gives its id; null when Kili names none. */
export async function skipAsset(
  caller: KiliCaller,
  { assetId, projectId = caller.projectId, reason }: AssetOfProject & { readonly reason: string },
): Promise<IdRow | null> {
  checkId("skipAsset", "assetId", assetId);
  checkId("skipAsset", "projectId", projectId);
  const variables = { reason, where: { id: assetId, project: { id: projectId } } };
  return toIdRows(await callKili(caller, "skipAsset", SKIP, variables))[0] ?? null;
}

/** Puts a skipped asset back. */
export async function unskipAsset(
  caller: KiliCaller,
  { assetId, projectId = caller.projectId }: AssetOfProject,
): Promise<void> {
  checkId("unskipAsset", "assetId", assetId);
  checkId("unskipAsset", "projectId", projectId);
  await callKili(caller, "unskipAsset", UNSKIP, { projectId, assetId });
}
