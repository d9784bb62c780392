// The form that almost all of Kili's list queries share: conditions, and a page of the rows that meet them.
import type { RowsQuery } from "./query-rows.ts";

/** A list query by its root field, the type of its conditions, and the conditions. */
export function listOf(
  operation: string,
  whereType: string,
  where: Readonly<Record<string, unknown>>,
): Pick<RowsQuery, "operation" | "toDocument" | "toVariables"> {
  return {
    operation,
    toDocument: (selection) => `query ${operation}($where: ${whereType}!, $first: PageSize!, $skip: Int!) {
  data: ${operation}(where: $where, first: $first, skip: $skip) { ${selection} }
}`,
    toVariables: (page) => ({ where, ...page }),
  };
}
