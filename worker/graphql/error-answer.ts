// An answer without data, for what fails before an operation runs.
import type { GraphQLError } from "graphql";

/** HTTP 200, because Kili's SDK resends on other statuses, for minutes. */
export function errorAnswer(error: GraphQLError): Response {
  return Response.json({ errors: [error] });
}
