// What an operation may cost at most, in rows: pages asked for, multiplied down the tree. Does not run it.
import { getNamedType, getNullableType, isLeafType, isListType, type DocumentNode, type GraphQLSchema } from "graphql";
import { getComplexity, type ComplexityEstimatorArgs } from "graphql-query-complexity";
import { MAX_PAGE_SIZE } from "../limits.ts";

interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | null;
}

/** Each root field is at least one statement for the database. */
const ROOT_FIELD_COST = 100;
/** A payload may be tens of megabytes, and comes from its inbox: no operation has room for more than two. */
const PAYLOAD_COST = 9_000;
/** Assumed length of a list that cannot be paged. */
const PLAIN_LIST_LENGTH = 10;
/** Fields visited before the measuring itself is given up; bounds what fragments can unfold to. */
const MAX_FIELDS_VISITED = 5_000;

/** The operation's cost. Throws a GraphQLError for variables that do not fit, or too many fields. */
export function queryCost({ schema, document, variables, operationName }: Operation): number {
  return getComplexity({
    schema,
    query: document,
    variables: { ...variables },
    ...(operationName === null ? {} : { operationName }),
    estimators: [fieldCost],
    maxQueryNodes: MAX_FIELDS_VISITED,
  });
}

function fieldCost({ type, field, args, childComplexity }: ComplexityEstimatorArgs): number {
  // Introspection reads no rows, and graphql-js bounds how it nests.
  if (type.name.startsWith("__") || field.name.startsWith("__")) return 0;
  const base = type.name === "Query" || type.name === "Mutation" ? ROOT_FIELD_COST : 0;
  if (type.name === "Event" && field.name === "payload") return PAYLOAD_COST;
  const isList = isListType(getNullableType(field.type));
  // A plain value is a column of a row that is counted already.
  if (isLeafType(getNamedType(field.type))) return base + (isList ? PLAIN_LIST_LENGTH : 0);
  return base + (isList ? listLength(args) : 1) * (1 + childComplexity);
}

function listLength(args: { readonly [name: string]: unknown }): number {
  const data = args["data"];
  const asked = typeof data === "object" && data !== null && "limit" in data ? data.limit : args["first"];
  if (typeof asked === "number") return Math.max(asked, 0);
  // A paged list without a page size is Kili's list of all plugins.
  return "skip" in args ? MAX_PAGE_SIZE : PLAIN_LIST_LENGTH;
}
