// The GraphQL endpoint: authenticates, forwards what is Kili's, and hands the rest over to yoga. Where it is mounted is
// worker/index.ts's business.
// Every failure is HTTP 200 with GraphQL errors, because Kili's SDK resends on other statuses, for minutes.
import { GraphQLError, type GraphQLSchema } from "graphql";
import { createYoga } from "graphql-yoga";
import type { AuthenticationFailure } from "../../schemas/principal.ts";
import type { Env } from "../env.ts";
import type { SendDeps } from "../kili/send-operation.ts";
import { MAX_QUERY_BYTES } from "../limits.ts";
import { log } from "../log.ts";
import { apiSchema } from "./api-schema.ts";
import { authenticate } from "./authenticate.ts";
import { checkSearch } from "./check-search.ts";
import { createLoaders } from "./create-loaders.ts";
import { editorAnswer } from "./editor-answer.ts";
import { errorAnswer } from "./error-answer.ts";
import { createForwarding, type ForwardRequest } from "./forward-request.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { limitQuery } from "./limit-query.ts";
import type { ReadKiliSchema } from "./remember-kili-schema.ts";
import { requestError } from "./request-error.ts";
import { shapeErrors } from "./shape-errors.ts";

interface Dependencies {
  readonly onRegistryChanged: GraphqlContext["onRegistryChanged"];
  readonly buildUpload: GraphqlContext["buildUpload"];
  readonly registerWebhook: GraphqlContext["registerWebhook"];
  readonly backfillPage: GraphqlContext["backfillPage"];
  readonly orderTrial: GraphqlContext["orderTrial"];
  readonly readHostStatus: GraphqlContext["readHostStatus"];
  readonly readKiliSchema: ReadKiliSchema;
  /** How forwarded operations are sent. */
  readonly sending?: Omit<SendDeps, "budget">;
  readonly now?: () => number;
  /** Gets what the caller must not see. */
  readonly reportError?: (error: unknown) => void;
}

export type GraphqlHandler = (request: Request, env: Env, ctx: ExecutionContext) => Promise<Response>;

/** Makes the endpoint. The schema is built at the first request, to keep the Worker's start short. */
export function createGraphqlHandler(dependencies: Dependencies): GraphqlHandler {
  const { now = Date.now, reportError = logError, sending = SENDING, readKiliSchema } = dependencies;
  let engine: { yoga: ReturnType<typeof createEngine>; forwardRequest: ForwardRequest } | undefined;
  const start = () => {
    const schema = apiSchema();
    const forwardRequest = createForwarding({ ...sending, schema, readKiliSchema, reportError, now });
    return { yoga: createEngine(schema, reportError), forwardRequest };
  };

  const answer = async (given: Request, env: Env, ctx: ExecutionContext): Promise<Response> => {
    const { yoga, forwardRequest } = (engine ??= start());
    // The page with the query editor asks for a key itself, so it is shown without one.
    if (asksForEditor(given, env)) return editorAnswer(await yoga.fetch(given));

    const later = (work: Promise<unknown>): void => ctx.waitUntil(work);
    const authentication = await authenticate(given, env, { now: now(), later });
    if (!authentication.ok) throw requestError("UNAUTHENTICATED", toMessage(authentication.failure));
    if (given.headers.has("content-encoding")) {
      // Kili's SDK compresses large bodies, and sends them plain after this status.
      return new Response(null, { status: 415, headers: { "accept-encoding": "identity" } });
    }
    checkSearch(new URL(given.url).searchParams);
    const principal = authentication.value;
    const request = await forwardRequest(given, { env, principal });
    if (request instanceof Response) return request;
    const context: GraphqlContext = {
      env,
      db: env.DB,
      principal,
      loaders: createLoaders(env.DB),
      now,
      origin: new URL(request.url).origin,
      later,
      onRegistryChanged: dependencies.onRegistryChanged,
      buildUpload: dependencies.buildUpload,
      registerWebhook: dependencies.registerWebhook,
      backfillPage: dependencies.backfillPage,
      orderTrial: dependencies.orderTrial,
      readHostStatus: dependencies.readHostStatus,
    };
    return toOkStatus(await yoga.handleRequest(request, { ...context }));
  };

  return async (request, env, ctx) => {
    try {
      return await answer(request, env, ctx);
    } catch (error) {
      if (error instanceof GraphQLError) return errorAnswer(error);
      reportError(error);
      return errorAnswer(requestError("INTERNAL_SERVER_ERROR", HOST_FAILED));
    }
  };
}

function createEngine(schema: GraphQLSchema, reportError: (error: unknown) => void) {
  return createYoga<GraphqlContext>({
    schema,
    graphqlEndpoint: "*",
    // Shown only where asksForEditor let the request through to it.
    graphiql: ({ headers }) => (headers.has("authorization") || headers.has("x-api-key") ? false : EDITOR),
    landingPage: false,
    // Answers are for holders of a key; no other site's page has business here.
    cors: false,
    multipart: false,
    maxRequestBodySize: MAX_QUERY_BYTES,
    maskedErrors: { isDev: false, errorMessage: HOST_FAILED },
    logging: { debug() {}, info() {}, warn() {}, error: (error: unknown) => reportError(originOf(error)) },
    plugins: [limitQuery(), shapeErrors()],
  });
}

const SENDING: Omit<SendDeps, "budget"> = {
  fetch: (url, init) => fetch(url, init),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};
const logError = (error: unknown): void => log("error", "query failed", { error });
const HOST_FAILED = "Cannot answer: the host failed, and its log says why";
const EDITOR = { title: "kili-edge", headers: '{ "X-API-Key": "" }' };

function asksForEditor(request: Request, env: Env): boolean {
  return (
    env.ENVIRONMENT === "development" &&
    request.method === "GET" &&
    !request.headers.has("authorization") &&
    !request.headers.has("x-api-key") &&
    (request.headers.get("accept") ?? "").includes("text/html")
  );
}

function toMessage(failure: AuthenticationFailure): string {
  switch (failure) {
    case "no_key":
      return 'Cannot authenticate: no API key, wanted the header "Authorization: X-API-Key: <key>"';
    case "unknown_key":
      return "Cannot authenticate: unknown API key";
    case "expired_key":
      return "Cannot authenticate: the API key has expired, wanted a valid one";
    case "revoked_key":
      return "Cannot authenticate: the API key was revoked, wanted a valid one";
    case "too_many_attempts":
      return "Cannot authenticate: too many attempts with unknown keys from this address, wanted a pause of a minute";
    default:
      return failure satisfies never;
  }
}

/** The error itself without the query around it, which may hold a key. */
function originOf(error: unknown): unknown {
  const origin = error instanceof Error && "originalError" in error ? error.originalError : null;
  return origin ?? error;
}

function toOkStatus(response: Response): Response {
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return response.ok || !isJson ? response : new Response(response.body, { headers: response.headers });
}
