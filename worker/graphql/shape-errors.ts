// Gives every error an `extensions` object with a code: Kili's SDK fails on an error without one.
import { GraphQLError, type ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";

/** The yoga plugin that completes errors on their way out. */
export function shapeErrors(): Plugin {
  return {
    onResultProcess(payload) {
      const { result } = payload;
      if (Array.isArray(result) || !("errors" in result) || !result.errors) return;
      payload.setResult({ ...result, errors: result.errors.map(shapeError) } satisfies ExecutionResult);
    },
  };
}

function shapeError(error: GraphQLError): GraphQLError {
  // Yoga explains unreadable bodies with the parser's own error, which is ours to read.
  const { originalError: _, ...extensions } = error.extensions;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    // An empty object would be left out when the error is written as JSON.
    extensions: { code: "BAD_REQUEST", ...extensions },
  });
}
