// Failures that a caller of the API may see, with a code in `extensions`. Anything else is masked.
import { GraphQLError } from "graphql";

export type RequestErrorCode =
  | "BAD_USER_INPUT"
  | "BUSY"
  | "FORBIDDEN"
  | "INTERNAL_SERVER_ERROR"
  | "KILI_ERROR"
  | "NOT_CONNECTED"
  | "NOT_FOUND"
  | "QUERY_TOO_LARGE"
  | "UNAUTHENTICATED";

/** An error whose message reaches the caller as it stands. */
export function requestError(code: RequestErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
