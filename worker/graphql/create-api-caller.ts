// The API for callers inside the host: the dashboard changes things by the same documents, roles and words as anybody
// with a key. Does not authenticate; whoever calls has.
import { graphql, GraphQLError } from "graphql";
import type { Principal } from "../../schemas/principal.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { Env } from "../env.ts";
import { apiSchema } from "./api-schema.ts";
import { createLoaders } from "./create-loaders.ts";
import type { GraphqlContext } from "./graphql-context.ts";

type Dependencies = Pick<
  GraphqlContext,
  "backfillPage" | "buildUpload" | "onRegistryChanged" | "orderTrial" | "readHostStatus" | "registerWebhook" | "now"
> & {
  /** Gets what the caller must not see. */
  readonly reportError: (error: unknown) => void;
};

/** Who calls, and where from. */
export interface ApiCall {
  readonly env: Env;
  readonly principal: Principal;
  readonly origin: string;
  readonly later: (work: Promise<unknown>) => void;
}

/** Runs a document; the failure is a sentence for people. */
export type CallApi = (
  document: string,
  variables: Readonly<Record<string, unknown>>,
  call: ApiCall,
) => Promise<Result<Readonly<Record<string, unknown>>, string>>;

/** Makes the caller. */
export function createApiCaller({ reportError, ...dependencies }: Dependencies): CallApi {
  return async (document, variables, call) => {
    const contextValue: GraphqlContext = {
      ...dependencies,
      ...call,
      db: call.env.DB,
      loaders: createLoaders(call.env.DB),
    };
    const { data, errors } = await graphql({
      schema: apiSchema(),
      source: document,
      variableValues: variables,
      contextValue,
    });
    const [error] = errors ?? [];
    if (error === undefined) return ok(data ?? {});
    const { originalError } = error;
    if (originalError === undefined || originalError instanceof GraphQLError) return fail(error.message);
    reportError(originalError);
    return fail("Cannot do this: the host failed, and its log says why");
  };
}
