// What several mutations say of a plugin that is not as they need it.
import type { GraphQLError } from "graphql";
import { requestError } from "./request-error.ts";

/** Nobody has that name. */
export function unknownPluginError(verb: string, name: string): GraphQLError {
  return requestError("NOT_FOUND", `Cannot ${verb} plugin ${JSON.stringify(name)}: none has that name`);
}

/** Somebody has that name. Kili's SDK looks for these very words. */
export function nameTakenError(name: string): GraphQLError {
  return requestError(
    "BAD_USER_INPUT",
    `Cannot create plugin: an entity Plugin already exists with value "${name}" for field 'name'`,
  );
}
