// Checks a GraphQL document against the scopes of a plugin, before anything is sent: the scope of each root field, and
// how far the selections below it lead. Variables are not looked at here.
import { Kind, OperationTypeNode, parse, print } from "graphql";
import type { DocumentNode, FieldNode, FragmentDefinitionNode, OperationDefinitionNode } from "graphql";
import { fail, ok, type Result } from "../../schemas/result.ts";
import {
  MAX_KILI_DOCUMENT_CHARS,
  MAX_KILI_DOCUMENT_DEPTH,
  MAX_KILI_DOCUMENT_TOKENS,
  MAX_KILI_ROOT_FIELDS,
} from "../limits.ts";
import { findForbidden } from "./check-selection.ts";
import { findRepeated } from "./find-repeated.ts";
import { collectFields, measureDepth, type Fragments } from "./walk-selections.ts";
import { holdsScope, KILI_ROOT_FIELDS, scopeOf } from "./scopes.ts";

export interface KiliOperation {
  readonly kind: "query" | "mutation";
  /** The document as it was understood here, printed anew: what was checked is what is sent. */
  readonly text: string;
  /** The root fields, each with its alias, arguments and selections. `__typename` is not among them. */
  readonly fields: readonly FieldNode[];
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
}

export type OperationFailure =
  | { readonly reason: "not_text"; readonly found: string }
  | { readonly reason: "too_long"; readonly chars: number; readonly limit: number }
  | { readonly reason: "syntax"; readonly message: string }
  | { readonly reason: "too_deep"; readonly limit: number }
  | { readonly reason: "too_many_fields"; readonly found: number; readonly limit: number }
  | { readonly reason: "not_executable"; readonly found: string }
  | { readonly reason: "operation_count"; readonly found: number }
  | { readonly reason: "subscription" }
  | { readonly reason: "unknown_fragment"; readonly name: string }
  | { readonly reason: "fragment_cycle"; readonly name: string }
  | { readonly reason: "unknown_field"; readonly field: string }
  | { readonly reason: "wrong_operation"; readonly field: string; readonly wanted: "query" | "mutation" }
  | { readonly reason: "missing_scope"; readonly field: string; readonly scope: string };

/** The one operation of `document`, if `scopes` allow every root field of it. `document` may be anything. */
export function checkOperation(document: unknown, scopes: readonly string[]): Result<KiliOperation, OperationFailure> {
  if (typeof document !== "string") return fail({ reason: "not_text", found: typeof document });
  if (document.length > MAX_KILI_DOCUMENT_CHARS)
    return fail({ reason: "too_long", chars: document.length, limit: MAX_KILI_DOCUMENT_CHARS });

  const parsed = parseDocument(document);
  if (!parsed.ok) return parsed;
  const operations: OperationDefinitionNode[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of parsed.value.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      // Two of one name are an error to Kili, too; here the second could be what runs, and the first what is checked.
      if (fragments.has(definition.name.value)) return fail({ reason: "not_executable", found: "a repeated fragment" });
      fragments.set(definition.name.value, definition);
    } else return fail({ reason: "not_executable", found: definition.kind });
  }
  const [operation] = operations;
  if (operation === undefined || operations.length > 1)
    return fail({ reason: "operation_count", found: operations.length });
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) return fail({ reason: "subscription" });

  const depth = measureDepth(operation.selectionSet, fragments, MAX_KILI_DOCUMENT_DEPTH);
  if (!depth.ok) return depth;
  const fields = collectFields(operation.selectionSet, fragments).filter((field) => field.name.value !== "__typename");
  if (fields.length > MAX_KILI_ROOT_FIELDS)
    return fail({ reason: "too_many_fields", found: fields.length, limit: MAX_KILI_ROOT_FIELDS });

  for (const field of fields) {
    const failure = checkRootField(field.name.value, operation.operation, scopes);
    if (failure !== null) return fail(failure);
    const forbidden = findForbidden(field, fragments);
    if (forbidden !== null) return fail({ reason: "unknown_field", field: forbidden });
  }
  // Kili refuses a repeated argument, or should; here one could be what is checked, and the other what runs.
  const repeated = findRepeated(parsed.value);
  if (repeated !== null) return fail({ reason: "not_executable", found: `"${repeated}" twice in one place` });
  return ok({ kind: operation.operation, text: print(parsed.value), fields, definition: operation, fragments });
}

function checkRootField(name: string, kind: "query" | "mutation", scopes: readonly string[]): OperationFailure | null {
  const field = KILI_ROOT_FIELDS.get(name);
  if (field === undefined) return { reason: "unknown_field", field: name };
  if (!holdsScope(scopes, field)) return { reason: "missing_scope", field: name, scope: scopeOf(field) };
  const wanted = field.access === "write" ? "mutation" : "query";
  return wanted === kind ? null : { reason: "wrong_operation", field: name, wanted };
}

function parseDocument(document: string): Result<DocumentNode, OperationFailure> {
  try {
    return ok(parse(document, { maxTokens: MAX_KILI_DOCUMENT_TOKENS }));
  } catch (error) {
    // The parser recurses: thousands of nested literals end as a RangeError long before they are a document.
    if (error instanceof RangeError) return fail({ reason: "too_deep", limit: MAX_KILI_DOCUMENT_DEPTH });
    return fail({ reason: "syntax", message: error instanceof Error ? error.message : String(error) });
  }
}
