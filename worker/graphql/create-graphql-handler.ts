// The GraphQL endpoint: authenticates, then hands over to yoga. Where it is mounted is worker/index.ts's business.
// Every failure is HTTP 200 with GraphQL errors, because Kili's SDK resends on other statuses, for minutes.
import { createYoga } from "graphql-yoga";
import type { AuthenticationFailure, Principal } from "../../schemas/principal.ts";
import type { Result } from "../../schemas/result.ts";
import type { Env } from "../env.ts";
import { MAX_QUERY_BYTES } from "../limits.ts";
import { authenticate } from "./authenticate.ts";
import { createApiSchema } from "./create-api-schema.ts";
import { createLoaders } from "./create-loaders.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { limitQuery } from "./limit-query.ts";
import { requestError } from "./request-error.ts";
import { shapeErrors } from "./shape-errors.ts";

interface Dependencies {
  readonly onRegistryChanged: GraphqlContext["onRegistryChanged"];
  readonly buildUpload: GraphqlContext["buildUpload"];
  readonly registerWebhook: GraphqlContext["registerWebhook"];
  readonly now?: () => number;
  /** Gets what the caller must not see. */
  readonly reportError?: (error: unknown) => void;
}

export type GraphqlHandler = (request: Request, env: Env, ctx: ExecutionContext) => Promise<Response>;

/** Makes the endpoint. The schema is built at the first request, to keep the Worker's start short. */
export function createGraphqlHandler(dependencies: Dependencies): GraphqlHandler {
  const { now = Date.now, reportError = console.error } = dependencies;
  let yoga: ReturnType<typeof createEngine> | undefined;
  return async (request, env, ctx) => {
    const engine = (yoga ??= createEngine(reportError));
    // The page with the query editor asks for a key itself, so it is shown without one.
    if (asksForEditor(request, env)) return engine.fetch(request);

    const later = (work: Promise<unknown>): void => ctx.waitUntil(work);
    let authentication: Result<Principal, AuthenticationFailure>;
    try {
      authentication = await authenticate(request, env, { now: now(), later });
    } catch (error) {
      reportError(error);
      return errorAnswer("INTERNAL_SERVER_ERROR", HOST_FAILED);
    }
    if (!authentication.ok) return errorAnswer("UNAUTHENTICATED", toMessage(authentication.failure));
    if (request.headers.has("content-encoding")) {
      // Kili's SDK compresses large bodies, and sends them plain after this status.
      return new Response(null, { status: 415, headers: { "accept-encoding": "identity" } });
    }
    const context: GraphqlContext = {
      env,
      db: env.DB,
      principal: authentication.value,
      loaders: createLoaders(env.DB),
      now,
      origin: new URL(request.url).origin,
      later,
      onRegistryChanged: dependencies.onRegistryChanged,
      buildUpload: dependencies.buildUpload,
      registerWebhook: dependencies.registerWebhook,
    };
    return toOkStatus(await engine.handleRequest(request, { ...context }));
  };
}

function createEngine(reportError: (error: unknown) => void) {
  return createYoga<GraphqlContext>({
    schema: createApiSchema(),
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
    default:
      return failure satisfies never;
  }
}

function errorAnswer(code: Parameters<typeof requestError>[0], message: string): Response {
  return Response.json({ errors: [requestError(code, message)] });
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
