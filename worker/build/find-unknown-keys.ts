// Finds the keys a closed schema does not have, all of them, and guesses what was meant. Values are not checked.
import type { GenericSchema } from "valibot";
import { closestName } from "./closest-name.ts";
import type { TomlValue } from "./parse-toml.ts";

export interface UnknownKey {
  readonly path: string[];
  readonly message: string;
}

/** Every key of `value` that `schema` does not list, in tables that are closed. */
export function findUnknownKeys(schema: GenericSchema, value: TomlValue, path: string[] = []): UnknownKey[] {
  const entries = closedEntries(schema);
  if (entries === null || typeof value !== "object" || Array.isArray(value)) return [];
  const known = Object.keys(entries);
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, key];
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (entry !== undefined) return findUnknownKeys(entry, inner, at);
    const closest = closestName(key, known);
    const guess = closest === null ? "" : `, did you mean ${JSON.stringify(closest)}?`;
    const where = path.length === 0 ? "manifest" : `[${path.join(".")}]`;
    return {
      path: at,
      message: `Cannot accept ${where}: found unknown key ${JSON.stringify(key)}, wanted one of ${known.join(", ")}${guess}`,
    };
  });
}

function closedEntries(schema: GenericSchema): Record<string, GenericSchema> | null {
  if (schema.type === "strict_object") return (schema as unknown as { entries: Record<string, GenericSchema> }).entries;
  if (schema.type === "optional") return closedEntries((schema as unknown as { wrapped: GenericSchema }).wrapped);
  return null;
}
