// Copies what a plugin passed as variables into plain JSON values, within limits. What crosses from an isolate may be
// a stub, a cycle, or one small array a billion times over; none of it may reach JSON.stringify as it came.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_KILI_VARIABLES_CHARS, MAX_KILI_VARIABLES_DEPTH, MAX_KILI_VARIABLES_NODES } from "../limits.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type VariablesFailure =
  | { readonly reason: "not_an_object"; readonly found: string }
  | { readonly reason: "not_json"; readonly path: string; readonly found: string }
  | { readonly reason: "variables_too_large"; readonly limit: string };

/**
 * The variables as plain data. Undefined members are left out and dates become ISO text, as JSON does; anything else
 * that is no JSON is refused. Undefined as a whole counts as no variables.
 */
export function plainVariables(value: unknown): Result<{ readonly [key: string]: Json }, VariablesFailure> {
  if (value === undefined || value === null) return ok({});
  if (!isPlainObject(value)) return fail({ reason: "not_an_object", found: nameOf(value) });
  const budget: Budget = { nodes: MAX_KILI_VARIABLES_NODES, chars: MAX_KILI_VARIABLES_CHARS, failure: null };
  const copied = copyObject(value, "variables", 0, budget);
  return budget.failure === null ? ok(copied) : fail(budget.failure);
}

interface Budget {
  nodes: number;
  chars: number;
  failure: VariablesFailure | null;
}

function copy(value: unknown, path: string, depth: number, budget: Budget): Json {
  budget.nodes -= 1;
  if (typeof value === "string") budget.chars -= value.length;
  if (depth > MAX_KILI_VARIABLES_DEPTH) return stop(budget, `${MAX_KILI_VARIABLES_DEPTH} levels`);
  if (budget.nodes < 0) return stop(budget, `${MAX_KILI_VARIABLES_NODES} values`);
  if (budget.chars < 0) return stop(budget, `${MAX_KILI_VARIABLES_CHARS} characters`);

  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString();
  if (Array.isArray(value)) return copyArray(value, path, depth, budget);
  if (isPlainObject(value)) return copyObject(value, path, depth, budget);
  budget.failure ??= { reason: "not_json", path, found: nameOf(value) };
  return null;
}

function copyArray(values: readonly unknown[], path: string, depth: number, budget: Budget): Json {
  const copies: Json[] = [];
  // By index and not by map: a sparse array of length 2³² must meet the budget, too.
  for (let index = 0; index < values.length && budget.failure === null; index += 1)
    copies.push(copy(values[index] ?? null, `${path}[${index}]`, depth + 1, budget));
  return copies;
}

function copyObject(
  value: Record<string, unknown>,
  path: string,
  depth: number,
  budget: Budget,
): { readonly [key: string]: Json } {
  const entries: [string, Json][] = [];
  for (const key of Object.keys(value)) {
    if (budget.failure !== null) break;
    budget.chars -= key.length;
    if (value[key] !== undefined) entries.push([key, copy(value[key], `${path}.${key}`, depth + 1, budget)]);
  }
  // fromEntries defines members, where assignment would take "__proto__" for the prototype.
  return Object.fromEntries(entries);
}

function stop(budget: Budget, limit: string): null {
  budget.failure ??= { reason: "variables_too_large", limit };
  return null;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: unknown): string {
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : typeof value;
}
