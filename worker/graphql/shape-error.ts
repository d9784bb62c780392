// One error on its way out, with what clients rely on. Whether its message may be seen is decided before.
import { GraphQLError } from "graphql";

/** The error with an `extensions` object and a code in it: Kili's SDK fails on an error without one. */
export function shapeError(error: GraphQLError): GraphQLError {
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
