// Reads a list query page by page. Stops at the first short page, which saves the count that Kili's SDK makes.
import { callKili, type KiliCaller } from "./call-kili.ts";

/** The most rows Kili gives at once. */
const PAGE_ROWS = 100;

/** Which rows of a list to read. */
export interface PageOptions {
  /** Most rows to read; all of them by default. */
  readonly first?: number;
  /** Rows to leave out at the start. */
  readonly skip?: number;
}

/** All rows of a list query whose document takes `$first` and `$skip`. */
export async function listPages(
  caller: KiliCaller,
  operation: string,
  document: string,
  variables: Record<string, unknown>,
  { first = Infinity, skip = 0 }: PageOptions,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  while (rows.length < first) {
    const wanted = Math.min(PAGE_ROWS, first - rows.length);
    const page = await callKili(caller, operation, document, { ...variables, first: wanted, skip: skip + rows.length });
    if (!Array.isArray(page)) break;
    rows.push(...(page as Record<string, unknown>[]));
    if (page.length < wanted) break;
  }
  return rows;
}
