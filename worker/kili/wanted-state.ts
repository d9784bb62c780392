// How things are at Kili once a write is done that says how they are to be: which fields of what have which values.
// Nothing for writes whose doing cannot be seen in what they change. Pure.
import type { Json } from "./plain-variables.ts";
import { idOf, idsOf, itemsOf, memberOf } from "./read-json.ts";
import type { Arguments } from "./resolve-arguments.ts";

export interface WantedState {
  readonly list: "assets" | "issues" | "projects";
  /** By id, and then by the field's name, which is dotted where it is nested. */
  readonly rows: ReadonlyMap<string, Readonly<Record<string, Json>>>;
}

/** What Kili gives back as it was given. A content, for one, comes back as another URL. */
const ASSET_FIELDS: ReadonlySet<string> = new Set([
  ...["consensusMark", "externalId", "honeypotMark", "isHoneypot", "isUsedForConsensus", "jsonMetadata", "priority"],
]);
const PROJECT_FIELDS: ReadonlySet<string> = new Set([
  ...["consensusTotCoverage", "description", "instructions", "jsonInterface", "minConsensusSize", "reviewCoverage"],
  ...["title", "useHoneyPot"],
]);
const ISSUE_FIELDS: ReadonlySet<string> = new Set(["status"]);

/** The state that a root field with these arguments makes; null where there is none that would show it. */
export function wantedState(field: string, given: Arguments): WantedState | null {
  switch (field) {
    case "updatePropertiesInAssets":
      return toState("assets", itemsOf(given.where), itemsOf(given.data), ASSET_FIELDS);
    case "updatePropertiesInIssue":
      return toState("issues", itemsOf(given.where), itemsOf(given.data), ISSUE_FIELDS);
    case "updatePropertiesInProject":
      return toState("projects", itemsOf(given.where), itemsOf(given.data), PROJECT_FIELDS);
    case "skipAsset":
      return ofAssets(idsOf(memberOf(given.where, "id")), { skipped: true });
    case "unskipAsset":
      return ofAssets(idsOf(given.assetId), { skipped: false });
    case "addAllLabeledAssetsToReview":
    case "addAssetsToReview":
      return ofAssets(idsOf(memberOf(given.where, "idIn")), { status: "TO_REVIEW" });
    case "sendAssetsBackToQueue":
    case "sendBackAssetsToQueue":
      // An asset may be in the queue for other reasons: its newest label says that it was sent back, and not done anew.
      return ofAssets(idsOf(memberOf(given.where, "idIn")), {
        status: "ONGOING",
        "latestLabel.isSentBackToQueue": true,
      });
    case "setAssetConsensus":
      // Which asset it is that has the external id is not known.
      if (idOf(given.externalId) !== null) return null;
      return ofAssets(idsOf(given.assetId), { isUsedForConsensus: given.isConsensus ?? null });
    case "setAssetsPriority":
      return ofAssets(idsOf(memberOf(given.where, "idIn")), { priority: given.priority ?? null });
    default:
      return null;
  }
}

function ofAssets(ids: readonly string[], fields: Readonly<Record<string, Json>>): WantedState | null {
  return ids.length === 0 ? null : { list: "assets", rows: new Map(ids.map((id) => [id, fields])) };
}

function toState(
  list: WantedState["list"],
  where: readonly Json[],
  data: readonly Json[],
  known: ReadonlySet<string>,
): WantedState | null {
  const rows = new Map<string, Readonly<Record<string, Json>>>();
  for (const [index, one] of where.entries()) {
    const id = idOf(memberOf(one, "id"));
    const fields = data[index];
    if (id === null || rows.has(id) || typeof fields !== "object" || fields === null || Array.isArray(fields))
      return null;
    const entries = Object.entries(fields as Readonly<Record<string, Json>>);
    // What null does is Kili's to say: it may clear the field or leave it alone.
    if (entries.length === 0 || entries.some(([name, value]) => !known.has(name) || value === null)) return null;
    rows.set(id, Object.fromEntries(entries));
  }
  return rows.size === 0 ? null : { list, rows };
}
