// Answers a mutation without sending it, in the shape that the document asks for: aliases, lists and ids are as Kili
// would give them; fields that only Kili knows are null.
import type { FieldNode } from "graphql";
import type { KiliOperation } from "./check-operation.ts";
import { dryRunIds } from "./dry-run-ids.ts";
import type { Json } from "./plain-variables.ts";
import { resolveArguments } from "./resolve-arguments.ts";
import { collectFields } from "./walk-selections.ts";

/** The `data` of a write that was recorded only. `newId` gives a fresh id each time. */
export function dryRunAnswer(
  operation: KiliOperation,
  variables: { readonly [key: string]: Json },
  newId: () => string,
): Record<string, unknown> {
  const data: [string, unknown][] = [];
  for (const field of collectFields(operation.definition.selectionSet, operation.fragments)) {
    const key = field.alias?.value ?? field.name.value;
    if (field.name.value === "__typename") data.push([key, operation.kind === "query" ? "Query" : "Mutation"]);
    else data.push([key, answerField(operation, field, variables, newId)]);
  }
  return Object.fromEntries(data);
}

function answerField(
  operation: KiliOperation,
  field: FieldNode,
  variables: { readonly [key: string]: Json },
  newId: () => string,
): unknown {
  const ids = dryRunIds(field.name.value, resolveArguments(operation, field, variables), newId);
  const { selectionSet } = field;
  if (selectionSet === undefined) return ids;
  const selected = collectFields(selectionSet, operation.fragments);
  const toObject = (id: string): Record<string, unknown> =>
    Object.fromEntries(
      selected.map((child) => [child.alias?.value ?? child.name.value, child.name.value === "id" ? id : null]),
    );
  return typeof ids === "string" ? toObject(ids) : ids.map(toObject);
}
