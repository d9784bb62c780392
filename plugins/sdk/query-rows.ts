// A list query of Kili's, from its conditions to typed rows. It reads page after page up to the first short one, which
// saves the count that Kili's own SDK makes.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { parseJsonFields } from "./parse-json-fields.ts";
import { Rows } from "./rows.ts";
import { toSelection } from "./to-selection.ts";

/** The most rows Kili gives at once. */
const PAGE_ROWS = 100;

/** Which rows of a list to read. */
export interface PageOptions {
  /** Most rows to read; all of them by default. */
  readonly first?: number;
  /** Rows to leave out at the start. */
  readonly skip?: number;
}

/** One list query. */
export interface RowsQuery {
  readonly operation: string;
  /** The document for a selection; its root field is aliased as `data` and takes what `toVariables` gives. */
  readonly toDocument: (selection: string) => string;
  readonly toVariables: (page: { readonly first: number; readonly skip: number }) => Record<string, unknown>;
  readonly fields: readonly string[];
  readonly page: PageOptions;
  readonly pageRows?: PageRows | undefined;
}

/** Pages smaller than usual: what the first may hold, and what those after it may. */
export interface PageRows {
  readonly first: number;
  readonly next: () => Promise<number>;
}

const CONTENT = "jsonResponse";
const CONTENT_URL = "jsonResponseUrl";

/** The rows, with just the fields that were asked for. */
export function queryRows<Row>(caller: KiliCaller, query: RowsQuery): Rows<Row> {
  const { fields, operation } = query;
  const { first = Infinity, skip = 0 } = query.page;
  // Where Kili keeps a label's content behind a URL, the host fetches it, if it is told the URL in the same answer.
  const urls = fields
    .filter((field) => field === CONTENT || field.endsWith(`.${CONTENT}`))
    .map((field) => field.slice(0, -CONTENT.length) + CONTENT_URL)
    .filter((field) => !fields.includes(field));

  return new Rows(async function* () {
    const document = query.toDocument(toSelection([...fields, ...urls]));
    let most = query.pageRows?.first ?? PAGE_ROWS;
    for (let read = 0; read < first;) {
      const wanted = Math.min(most, first - read);
      const variables = query.toVariables({ first: wanted, skip: skip + read });
      const page = await callKili(caller, operation, document, variables);
      if (!Array.isArray(page)) return;
      const rows = page as Record<string, unknown>[];
      for (const row of rows) {
        parseJsonFields(row, fields);
        for (const url of urls) dropAt(row, url.split("."));
      }
      yield rows as Row[];
      read += rows.length;
      if (rows.length < wanted) return;
      if (query.pageRows !== undefined && read < first) most = await query.pageRows.next();
    }
  });
}

function dropAt(node: unknown, [name = "", ...deeper]: readonly string[]): void {
  if (Array.isArray(node)) for (const item of node) dropAt(item, [name, ...deeper]);
  else if (typeof node === "object" && node !== null) {
    const fields = node as Record<string, unknown>;
    if (deeper.length > 0) dropAt(fields[name], deeper);
    else delete fields[name];
  }
}
