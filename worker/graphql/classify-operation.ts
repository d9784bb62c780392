// Whose an operation is: this host's, Kili's, or a question about the schema. Decides by the root fields alone; sends and
// answers nothing. What cannot be read is left to the host, which says what is wrong with it.
import { getNamedType, getOperationAST, isObjectType, Kind, OperationTypeNode, parse } from "graphql";
import type { DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema } from "graphql";
import { collectFields, type Fragments } from "../kili/walk-selections.ts";
import { MAX_KILI_DOCUMENT_CHARS, MAX_KILI_DOCUMENT_TOKENS } from "../limits.ts";
import { SHARED_FIELDS } from "./shared-fields.ts";

export type Destination =
  | { readonly to: "host" }
  /** Nothing but `__schema` and `__type`. */
  | { readonly to: "introspection"; readonly document: DocumentNode }
  | { readonly to: "kili"; readonly kind: "query" | "mutation"; readonly fields: readonly string[] }
  /** Some fields are this host's, some are not. */
  | { readonly to: "both"; readonly ours: readonly string[]; readonly theirs: readonly string[] }
  /** Not only this host's, and not one operation: what runs at Kili must be what was looked at here. */
  | { readonly to: "many" };

/** Where the operation that `operationName` chooses belongs, to a host that answers `schema`. */
export function classifyOperation(schema: GraphQLSchema, text: string, operationName: string | null): Destination {
  const document = text.length > MAX_KILI_DOCUMENT_CHARS ? null : parseDocument(text);
  const operation = document && getOperationAST(document, operationName);
  if (!document || !operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return { to: "host" };

  const kind = operation.operation === OperationTypeNode.MUTATION ? "mutation" : "query";
  const root = kind === "mutation" ? schema.getMutationType() : schema.getQueryType();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const fields = collectFields(operation.selectionSet, fragments).filter((field) => field.name.value !== "__typename");
  const asksAbout = fields.filter((field) => field.name.value.startsWith("__"));
  if (fields.length > 0 && asksAbout.length === fields.length) return { to: "introspection", document };

  const isTheirs = (field: FieldNode) =>
    !field.name.value.startsWith("__") && !(root && isOurs(field, root, kind, fragments));
  const theirs = namesOf(fields.filter(isTheirs));
  if (theirs.length === 0) return { to: "host" };
  const ours = namesOf(fields.filter((field) => !isTheirs(field)));
  if (ours.length > 0) return { to: "both", ours, theirs };
  const repeated = document.definitions.length !== fragments.size + 1;
  return repeated ? { to: "many" } : { to: "kili", kind, fields: theirs };
}

function isOurs(field: FieldNode, root: GraphQLObjectType, kind: "query" | "mutation", fragments: Fragments): boolean {
  const name = field.name.value;
  const known = root.getFields()[name];
  if (known === undefined || kind === "mutation" || !SHARED_FIELDS.has(name)) return known !== undefined;
  const names = new Set(known.args.map((argument) => argument.name));
  if (field.arguments?.some((argument) => !names.has(argument.name.value))) return false;
  const type = getNamedType(known.type);
  if (!isObjectType(type) || field.selectionSet === undefined) return true;
  const selected = collectFields(field.selectionSet, fragments);
  return selected.every(({ name }) => name.value === "__typename" || type.getFields()[name.value] !== undefined);
}

function namesOf(fields: readonly FieldNode[]): string[] {
  return [...new Set(fields.map((field) => field.name.value))];
}

function parseDocument(text: string): DocumentNode | null {
  try {
    return parse(text, { maxTokens: MAX_KILI_DOCUMENT_TOKENS });
  } catch {
    return null;
  }
}
