// Looks into plain JSON values as GraphQL's input coercion does: a single value stands for a list of one, a number for
// the id that it spells.
import type { Json } from "./plain-variables.ts";

/** The member of an object; undefined for anything that has none of that name. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return (value as Readonly<Record<string, Json>>)[key];
}

/** The items of a list. */
export function itemsOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** The ids of a list. */
export function idsOf(value: Json | undefined): readonly string[] {
  return itemsOf(value).flatMap((item) => idOf(item) ?? []);
}

/** The ids that a condition names, alone or in a list. */
export function namedIds(where: Json | undefined): readonly string[] {
  return [...idsOf(memberOf(where, "id")), ...idsOf(memberOf(where, "idIn"))];
}

/** An id; null for what is none. */
export function idOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
}
