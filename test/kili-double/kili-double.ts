// A double of Kili's API: answers as Kili does, remembers what was asked, and fails when told to. Pure Web APIs: give
// its `handle` to a test as the network's far end, or serve it over HTTP (serve-kili-double.ts).
import { buildSchema, execute, GraphQLError, Kind, parse, validate } from "graphql";
import { KILI_SCHEMA } from "./kili-schema.ts";
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
  /** Forgets everything. */
  reset(): void;
  /**
   * The API, at any path that ends in `/graphql`; and for tests in another process `GET /double/calls`,
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
    const result = await execute({ schema, document, rootValue: resolvers, variableValues: variables, operationName });
    return Response.json({ ...result, ...(result.errors && { errors: result.errors.map(toWire) }) });
  };

  const reset = (): void => {
    for (const rows of [state.projects, state.assets, state.labels, state.issues]) rows.clear();
    for (const rows of [state.notifications, state.events, calls]) rows.length = 0;
    faults = [];
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
    reset,
    async handle(request) {
      const { pathname } = new URL(request.url);
      const action = /\/double\/(\w+)$/.exec(pathname)?.[1];
      if (action !== undefined) return control(request, action);
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
