// Answers a mutation without sending it, in the shape that the document asks for: aliases, lists and ids are as Kili
// would give them; fields that only Kili knows are null.
import type { FieldNode, SelectionSetNode } from "graphql";
import type { KiliOperation } from "./check-operation.ts";
import { dryRunIds } from "./dry-run-ids.ts";
import type { Json } from "./plain-variables.ts";
import { resolveArguments } from "./resolve-arguments.ts";
import { collectFields, type Fragments } from "./walk-selections.ts";

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
  if (selectionSet === undefined || typeof ids === "boolean") return ids;
  const { fragments } = operation;
  const toRow = (set: SelectionSetNode | undefined, id: string, name: string): Record<string, unknown> =>
    answerEach(set, fragments, (child) => (child.name.value === name ? id : null));
  if (typeof ids === "string") return toRow(selectionSet, ids, "id");
  if (!("succeeded" in ids)) return ids.map((id) => toRow(selectionSet, id, "id"));
  return answerEach(selectionSet, fragments, (child) => {
    if (child.name.value === "succeeded") return ids.succeeded.map((id) => toRow(child.selectionSet, id, "assetId"));
    return child.name.value === "__typename" ? null : [];
  });
}

/** An object with a member for each field that `set` asks for. */
function answerEach(
  set: SelectionSetNode | undefined,
  fragments: Fragments,
  answer: (child: FieldNode) => unknown,
): Record<string, unknown> {
  const children = set === undefined ? [] : collectFields(set, fragments);
  return Object.fromEntries(children.map((child) => [child.alias?.value ?? child.name.value, answer(child)]));
}
