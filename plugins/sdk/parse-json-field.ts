// Fields that Kili's API gives as JSON text, as objects.

/** A copy of `row` whose field, if it is there, is an object: parsed if it was text, empty if it was null. */
export function parseJsonField(row: Readonly<Record<string, unknown>>, field: string): Record<string, unknown> {
  if (!Object.hasOwn(row, field)) return { ...row };
  const value = row[field];
  if (value === null || value === undefined || value === "") return { ...row, [field]: {} };
  return { ...row, [field]: typeof value === "string" ? JSON.parse(value) : value };
}
