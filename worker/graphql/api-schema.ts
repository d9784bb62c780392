// The one executable schema of an isolate. What is in it is create-api-schema.ts's business.
import type { GraphQLSchema } from "graphql";
import { createApiSchema } from "./create-api-schema.ts";

let schema: GraphQLSchema | undefined;

/** The schema, built when it is first asked for, to keep the Worker's start short. */
export function apiSchema(): GraphQLSchema {
  return (schema ??= createApiSchema());
}
