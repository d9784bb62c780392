// What Kili would answer to a write, as far as a host without a key can tell: the ids of what was touched. New things
// get ids that say what they are.
import type { Json } from "./plain-variables.ts";

export type Arguments = Readonly<Record<string, Json>>;

/** One id, or one per thing touched. */
export type DryRunIds = string | readonly string[];

type AnswerIds = (given: Arguments, newId: () => string) => DryRunIds;

const WRITES: ReadonlyMap<string, AnswerIds> = new Map<string, AnswerIds>([
  ["createIssues", (given, newId) => itemsOf(given.issues).map(newId)],
  ["appendManyLabels", (given, newId) => itemsOf(at(given.data, "labelsData")).map(newId)],
  ["createNotification", (_given, newId) => newId()],
  ["deleteLabels", (given) => textsOf(given.ids)],
  ["updatePropertiesInIssue", (given, newId) => textOf(at(given.where, "id")) ?? newId()],
  ["updatePropertiesInProject", (given, newId) => textOf(at(given.where, "id")) ?? newId()],
  [
    "updatePropertiesInAssets",
    (given, newId) => itemsOf(given.where).map((where) => textOf(at(where, "id")) ?? newId()),
  ],
  ["assignAssetsToLabelers", (given) => textsOf(at(given.where, "idIn"))],
  ["sendBackAssetsToQueue", (given, newId) => projectOf(given) ?? newId()],
  ["addAllLabeledAssetsToReview", (given, newId) => projectOf(given) ?? newId()],
  ["skipAsset", (given, newId) => firstAsset(given) ?? newId()],
  ["unskipAsset", (given, newId) => textOf(given.assetId) ?? newId()],
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
  return textOf(at(at(given.where, "project"), "id"));
}

function firstAsset(given: Arguments): string | null {
  return textOf(at(given.where, "id")) ?? textsOf(at(given.where, "idIn"))[0] ?? null;
}

function at(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return (value as Readonly<Record<string, Json>>)[key];
}

// A single value stands for a list of one, as GraphQL's input coercion has it.
function itemsOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function textsOf(value: Json | undefined): readonly string[] {
  return itemsOf(value).filter((item) => typeof item === "string");
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}
