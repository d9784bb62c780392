// Holds every operation to the host's limits before any of it runs: length, nesting, then cost.
import { GraphQLError, type DocumentNode, type GraphQLSchema } from "graphql";
import type { Plugin } from "graphql-yoga";
import { MAX_QUERY_COST, MAX_QUERY_TOKENS } from "../limits.ts";
import { limitDepth } from "./limit-depth.ts";
import { queryCost } from "./query-cost.ts";
import { requestError } from "./request-error.ts";

/** The yoga plugin that applies the limits. */
export function limitQuery(): Plugin {
  return {
    // First of all, because validation itself takes more than linear time in a document's length.
    onParse({ parseFn, setParseFn }) {
      setParseFn((source: string, options?: object): unknown =>
        parseFn(source, { ...options, maxTokens: MAX_QUERY_TOKENS }),
      );
    },
    onValidate({ addValidationRule }) {
      addValidationRule(limitDepth);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const cost = measure(args);
      if (cost instanceof GraphQLError) {
        setResultAndStopExecution({ errors: [cost] });
      } else if (cost > MAX_QUERY_COST) {
        const message = `Cannot answer query: it may cost ${cost} rows, at most ${MAX_QUERY_COST} (ask for smaller pages)`;
        setResultAndStopExecution({ errors: [requestError("QUERY_TOO_LARGE", message)] });
      }
    },
  };
}

interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variableValues?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

function measure({ schema, document, variableValues, operationName }: Operation): number | GraphQLError {
  try {
    return queryCost({ schema, document, variables: variableValues ?? {}, operationName: operationName ?? null });
  } catch (error) {
    // What does not fit the schema is the caller's mistake and theirs to read; anything else is ours.
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}
