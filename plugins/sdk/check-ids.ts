// Refuses a write that takes a list of ids, if it gets none or if one in it got lost.
import { checkId } from "./check-id.ts";

/** Throws a TypeError in the name of `method` unless its argument is a list of ids, which may be empty. */
export function checkIds(method: string, argument: string, ids: unknown): void {
  if (!Array.isArray(ids)) {
    const found = ids === null ? "null" : typeof ids;
    throw new TypeError(`Cannot call ${method}: found ${found} as "${argument}", wanted a list of ids`);
  }
  for (const [index, id] of ids.entries()) checkId(method, `${argument}[${index}]`, id);
}
