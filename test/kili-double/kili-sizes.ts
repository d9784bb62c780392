// The sizes Kili holds callers to, as its SDK keeps them: rows of a page, items of a write, fewer where a label's
// content is large. Throws in Kili's manner.
import { print, type GraphQLResolveInfo } from "graphql";

const MOST = 100;
/** Rows of a page that brings labels' content along, by the list and the project's input type. */
const WITH_CONTENT: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  labels: { VIDEO: 20 },
  assets: { VIDEO: 10, GEOSPATIAL: 50, LLM_RLHF: 50, LLM_INSTR_FOLLOWING: 50, LLM_STATIC: 50 },
};

/** Refuses a page that is too large. */
export function checkPage(
  info: GraphQLResolveInfo,
  given: { readonly first?: unknown; readonly pagination?: { readonly first?: number } },
  inputType: string | null,
): void {
  const first = Number(given.first ?? given.pagination?.first ?? 0);
  const asksForContent = info.fieldNodes.some((field) => /\bjsonResponse\b/.test(print(field)));
  const most = (asksForContent && WITH_CONTENT[info.fieldName]?.[inputType ?? ""]) || MOST;
  if (first > most) throw new Error(`[invalidPageSize] first is ${first}, at most ${most} in this project`);
}

/** Refuses a write with too many items, wherever in its arguments they are. */
export function checkBatch(given: unknown): void {
  if (Array.isArray(given) && given.length > MOST)
    throw new Error(`[batchTooLarge] ${given.length} items, at most ${MOST} in one call`);
  if (typeof given === "object" && given !== null) for (const inner of Object.values(given)) checkBatch(inner);
}
