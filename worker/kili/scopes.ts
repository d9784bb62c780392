// The root fields of Kili's API that plugins may ask for, and the scope of `[permissions] kili` each one needs.
// A field that is not in this table does not exist for plugins: Kili's API is wide, and new fields start closed.
import type { KiliObject } from "../../schemas/manifest.ts";

export type KiliAccess = "read" | "write";

export interface KiliRootField {
  readonly object: KiliObject;
  /** Reads are fields of a query, writes of a mutation. */
  readonly access: KiliAccess;
}

const READS: Readonly<Record<KiliObject, readonly string[]>> = {
  assets: ["assets", "countAssets"],
  events: ["events"],
  issues: ["issues", "countIssues"],
  labels: ["labels", "countLabels"],
  notifications: [],
  // The members of a project are part of it: their names and addresses come with projects:read.
  projects: ["projects", "countProjects", "projectUsers", "countProjectUsers"],
};

const WRITES: Readonly<Record<KiliObject, readonly string[]>> = {
  // What moves assets has two names: newer ones say of each asset whether it was done.
  assets: [
    "addAllLabeledAssetsToReview",
    "addAssetsToReview",
    "assignAssets",
    "assignAssetsToLabelers",
    "sendAssetsBackToQueue",
    "sendBackAssetsToQueue",
    "setAssetConsensus",
    "setAssetsPriority",
    "skipAsset",
    "unskipAsset",
    "updatePropertiesInAssets",
  ],
  events: [],
  issues: ["createIssues", "updatePropertiesInIssue"],
  labels: ["appendManyLabels", "deleteLabels"],
  notifications: ["createNotification"],
  projects: ["updatePropertiesInProject"],
};

/** Every root field a plugin may be allowed to call. A Map, so that no field's name reaches Object.prototype. */
export const KILI_ROOT_FIELDS: ReadonlyMap<string, KiliRootField> = new Map([
  ...rows(READS, "read"),
  ...rows(WRITES, "write"),
]);

/** The scope a root field needs, as a manifest writes it. */
export function scopeOf(field: KiliRootField): string {
  return `${field.object}:${field.access}`;
}

/** True if the scopes of a manifest hold the one that a root field needs. */
export function holdsScope(scopes: readonly string[], field: KiliRootField): boolean {
  return scopes.includes(scopeOf(field)) || scopes.includes(`${field.object}:*`);
}

function rows(
  table: Readonly<Record<KiliObject, readonly string[]>>,
  access: KiliAccess,
): readonly (readonly [string, KiliRootField])[] {
  return (Object.keys(table) as KiliObject[]).flatMap((object) =>
    table[object].map((name) => [name, { object, access }] as const),
  );
}
