// A double of Kili's API: answers as Kili does, remembers what was asked, and fails when told to. Pure Web APIs: give
// its `handle` to a test as the network's far end, or serve it over HTTP (serve-kili-double.ts).
import {
  buildSchema,
  defaultFieldResolver,
  execute,
  GraphQLError,
  Kind,
  parse,
  validate,
  type GraphQLResolveInfo,
} from "graphql";
import { KILI_SCHEMA } from "./kili-schema.ts";
import { checkBatch, checkPage } from "./kili-sizes.ts";
import { createKiliResolvers, createKiliState, type KiliState } from "./kili-state.ts";

export interface DoubleCall {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  /** The operation's root fields by their names, not their aliases. */
  readonly fields: readonly string[];
  /** As it came, key and all. */
  readonly authorization: string | null;
  readonly operationName: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the next calls get instead of an answer. */
export interface DoubleFault {
  readonly times: number;
  /** An HTTP status with a body that is no GraphQL. */
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** A GraphQL error in Kili's own words, with the status if there is one. */
  readonly message?: string;
  /** The answer's body, word for word. */
  readonly body?: string;
}

export interface KiliDouble {
  readonly state: KiliState;
  readonly calls: DoubleCall[];
  /** Lets the next calls fail; a second fault follows the first. */
  fail(fault: DoubleFault): void;
  /** From now on Kili takes so many calls in so long, and answers 429 to more. */
  throttle(limit: { readonly calls: number; readonly perMs: number }): void;
  /** Forgets everything. */
  reset(): void;
  /**
   * The API, at any path that ends in `/graphql`, and the contents that it gives URLs of; and for tests in another process `GET /double/calls`,
   * `GET /double/state`, `POST /double/seed`, `POST /double/fail` and `POST /double/reset`.
   */
  handle(request: Request): Promise<Response>;
}

/** A fresh double that takes one API key. */
export function createKiliDouble(apiKey: string): KiliDouble {
  const schema = buildSchema(KILI_SCHEMA);
  const state = createKiliState();
  const resolvers = createKiliResolvers(state);
  const calls: DoubleCall[] = [];
  let faults: DoubleFault[] = [];
  let limit = { calls: Infinity, perMs: 1 };
  const callTimes: number[] = [];

  const isTooSoon = (): Response | null => {
    const now = Date.now();
    const oldest = callTimes.at(-limit.calls);
    if (oldest === undefined || oldest + limit.perMs <= now) {
      callTimes.push(now);
      return null;
    }
    const seconds = Math.ceil((oldest + limit.perMs - now) / 1_000);
    return new Response("Too many requests", { status: 429, headers: { "retry-after": String(seconds) } });
  };

  /** Checks sizes before a root field is answered. */
  const resolveField = (source: unknown, given: unknown, context: unknown, info: GraphQLResolveInfo): unknown => {
    if (info.parentType.name === "Query") {
      const { where } = given as { where?: { project?: { id?: string } } };
      const project = state.projects.get(where?.project?.id ?? "");
      checkPage(info, given as object, project === undefined ? null : String(project.inputType));
    } else if (info.parentType.name === "Mutation") checkBatch(given);
    return defaultFieldResolver(source, given, context, info);
  };

  const answer = async (request: Request): Promise<Response> => {
    const {
      query,
      variables = {},
      operationName = null,
    } = await request.json<{ query: string; variables?: Record<string, unknown>; operationName?: string }>();
    const authorization = request.headers.get("authorization");
    const document = parse(query);
    const headers = Object.fromEntries(request.headers);
    calls.push({ query, variables, fields: rootFields(document), authorization, operationName, headers });

    const tooSoon = isTooSoon();
    if (tooSoon !== null) return tooSoon;
    const fault = faults[0];
    if (fault !== undefined) {
      faults = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }, ...faults.slice(1)] : faults.slice(1);
      if (fault.message !== undefined) return errors([new GraphQLError(fault.message)], fault.status);
      return new Response(fault.body ?? "<html>upstream</html>", {
        status: fault.status ?? (fault.body === undefined ? 500 : 200),
        ...(fault.headers && { headers: fault.headers }),
      });
    }
    if (authorization !== `X-API-Key: ${apiKey}`)
      return errors([new GraphQLError("[unauthenticated] The API key is missing or not valid")]);
    const invalid = validate(schema, document);
    if (invalid.length > 0) return errors(invalid);
    const result = await execute({
      schema,
      document,
      rootValue: resolvers,
      contextValue: new URL(request.url).origin,
      fieldResolver: resolveField,
      variableValues: variables,
      operationName,
    });
    return Response.json({ ...result, ...(result.errors && { errors: result.errors.map(toWire) }) });
  };

  const reset = (): void => {
    for (const rows of [state.projects, state.assets, state.labels, state.issues]) rows.clear();
    for (const rows of [state.notifications, state.events, calls]) rows.length = 0;
    faults = [];
    limit = { calls: Infinity, perMs: 1 };
    callTimes.length = 0;
  };

  /** A label's content as Kili keeps it beside its API, for whoever has the key. */
  const contentOf = (labelId: string, authorization: string | null): Response => {
    if (authorization !== `X-API-Key: ${apiKey}`) return new Response("Forbidden", { status: 403 });
    const label = state.labels.get(labelId);
    return label === undefined
      ? new Response("Not found", { status: 404 })
      : new Response(label.jsonResponse, { headers: { "content-type": "application/json" } });
  };

  const control = async (request: Request, action: string): Promise<Response> => {
    if (action === "calls") return Response.json(calls);
    if (action === "state") return Response.json(toJson(state));
    if (action === "fail") faults.push(await request.json<DoubleFault>());
    else if (action === "seed") seed(state, await request.json<Record<string, { id: string }[]>>());
    else if (action === "reset") reset();
    else return new Response("Not found", { status: 404 });
    return new Response(null, { status: 204 });
  };

  return {
    state,
    calls,
    fail: (fault) => void faults.push(fault),
    throttle: (wanted) => void (limit = wanted),
    reset,
    async handle(request) {
      const { pathname } = new URL(request.url);
      const action = /\/double\/(\w+)$/.exec(pathname)?.[1];
      if (action !== undefined) return control(request, action);
      const labelId = /\/api\/label\/v2\/contents\/(\w[\w-]*)$/.exec(pathname)?.[1];
      if (request.method === "GET" && labelId !== undefined)
        return contentOf(labelId, request.headers.get("authorization"));
      if (request.method !== "POST" || !pathname.endsWith("/graphql"))
        return new Response("Not found", { status: 404 });
      try {
        return await answer(request);
      } catch (error) {
        return errors([error instanceof GraphQLError ? error : new GraphQLError(String(error))], 400);
      }
    },
  };
}

function rootFields(document: ReturnType<typeof parse>): string[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((field) => (field.kind === Kind.FIELD ? [field.name.value] : []))
      : [],
  );
}

function errors(list: readonly GraphQLError[], status = 200): Response {
  return Response.json({ data: null, errors: list.map(toWire) }, { status });
}

function toWire(error: GraphQLError): object {
  return { extensions: {}, ...error.toJSON() };
}

function toJson(state: KiliState): object {
  return Object.fromEntries(
    Object.entries(state).map(([name, rows]) => [name, rows instanceof Map ? [...rows.values()] : rows]),
  );
}

function seed(state: KiliState, rows: Readonly<Record<string, readonly { readonly id: string }[]>>): void {
  for (const [name, list] of Object.entries(rows)) {
    const known: unknown = state[name as keyof KiliState];
    for (const row of list) {
      if (known instanceof Map) known.set(row.id, row);
      else if (Array.isArray(known)) known.push(row);
    }
  }
}
