// Holds mutations to roles. Queries are for every valid key; what a query shows to whom is its resolver's business.
import type { GraphQLFieldResolver } from "graphql";
import { holdsRole, type Principal, type Role } from "../../schemas/principal.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { MUTATION_ROLES } from "./mutation-roles.ts";
import { requestError } from "./request-error.ts";

/** Each knows its own arguments, which the SDL has checked. */
type Resolvers = Readonly<Record<string, (root: unknown, args: never, context: GraphqlContext) => unknown>>;

/** The same resolvers, each answering only whom the table lets. */
export function requireRoles(mutations: Resolvers): Record<string, GraphQLFieldResolver<unknown, GraphqlContext>> {
  return Object.fromEntries(
    Object.entries(mutations).map(([name, resolve]) => [
      name,
      (root: unknown, args: unknown, context: GraphqlContext): unknown => {
        requireRole(context.principal, MUTATION_ROLES.get(name) ?? null, name);
        return resolve(root, args as never, context);
      },
    ]),
  );
}

/** Throws for the caller unless the principal holds the role that `operation` needs; null: nobody does. */
export function requireRole(principal: Principal, needed: Role | null, operation: string): void {
  if (needed !== null && holdsRole(principal.role, needed)) return;
  const wanted =
    needed === null ? "which no role may run" : `wanted ${needed === "admin" ? "admin" : "operator or admin"}`;
  throw requestError(
    "FORBIDDEN",
    `Cannot run ${JSON.stringify(operation)}: the API key ${JSON.stringify(principal.name)} has the role ${principal.role}, ${wanted}`,
  );
}
