// Conditions in the form Kili takes: what was not asked for is not there.

/** A copy without members that are undefined, and without objects that have nothing else. */
export function toWhere(conditions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(conditions).map(([name, value]) => [name, isGroup(value) ? orNothing(value) : value]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

function orNothing(group: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const where = toWhere(group);
  return Object.keys(where).length === 0 ? undefined : where;
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
