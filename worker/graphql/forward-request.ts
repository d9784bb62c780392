// What is not this host's to answer: operations of Kili's own go there, and questions about the schema are answered with
// Kili's in it. The caller's key and role are checked before anything is sent. What is this host's is given back.
import type { GraphQLSchema } from "graphql";
import type { Principal } from "../../schemas/principal.ts";
import { kiliUpstream, type Env, type KiliUpstream } from "../env.ts";
import { describeSendFailure } from "../kili/describe-send-failure.ts";
import { forwardHeaders } from "../kili/forward-headers.ts";
import { forwardOperation, type ForwardDeps } from "../kili/forward-operation.ts";
import { openBudget } from "../kili/open-budget.ts";
import { CALLER_KEY_HEADER, forwardTarget, type NoTarget } from "../kili/forward-target.ts";
import { uncounted } from "../kili/uncounted.ts";
import { FORWARD_MS, MAX_FORWARD_BYTES, MAX_QUERY_BYTES } from "../limits.ts";
import { recordAudit } from "../store/record-audit.ts";
import { createIntrospection } from "./answer-introspection.ts";
import { classifyOperation, type Destination } from "./classify-operation.ts";
import { errorAnswer } from "./error-answer.ts";
import { findKiliSchema } from "./find-kili-schema.ts";
import { readOperation, type Operation } from "./read-operation.ts";
import type { ReadKiliSchema } from "./remember-kili-schema.ts";
import { requestError } from "./request-error.ts";
import { requireRole } from "./require-role.ts";

interface Dependencies extends Omit<ForwardDeps, "budget"> {
  readonly schema: GraphQLSchema;
  readonly readKiliSchema: ReadKiliSchema;
  readonly reportError: (error: unknown) => void;
}

interface Asked {
  readonly env: Env;
  readonly principal: Principal;
}

type ToKili = Extract<Destination, { to: "kili" }>;

/** The answer, or the request where it is this host's to answer. Throws a GraphQLError for the caller. */
export type ForwardRequest = (request: Request, asked: Asked) => Promise<Response | Request>;

/** The way out for a host that answers `schema` itself. */
export function createForwarding(deps: Dependencies): ForwardRequest {
  const answerIntrospection = createIntrospection(deps.schema, deps.reportError);

  return async (given, asked) => {
    const target = forwardTarget(asked.env, given.headers);
    const isConnected = target.ok || target.failure.reason === "no_caller_key";
    const limitBytes = isConnected ? MAX_FORWARD_BYTES : MAX_QUERY_BYTES;
    const read = await readOperation(given, limitBytes);
    if (!read.ok) {
      throw requestError("QUERY_TOO_LARGE", `Cannot read operation: body is too large, at most ${limitBytes} bytes`);
    }
    const { operation, request } = read.value;
    if (operation === null) return request;

    const destination = classifyOperation(deps.schema, operation.query, operation.operationName ?? null);
    switch (destination.to) {
      case "host":
        return request;
      case "introspection": {
        const kili = isConnected ? await findKiliSchema(asked.env, request.headers, deps) : null;
        const answer = kili && answerIntrospection(kili, destination.document, operation.variables ?? {});
        return answer ? Response.json(answer) : request;
      }
      case "both":
        throw requestError("BAD_USER_INPUT", describeMixture(destination));
      case "many":
        throw requestError(
          "BAD_USER_INPUT",
          "Cannot forward operation to Kili: its document holds more, wanted one operation and its fragments",
        );
      case "kili": {
        if (destination.kind === "mutation") requireRole(asked.principal, "operator", destination.fields.join(", "));
        if (!target.ok) throw requestError("NOT_CONNECTED", describeNoTarget(target.failure, destination.fields));
        return forward(target.value, { request, operation, destination }, asked, deps);
      }
    }
  };
}

async function forward(
  upstream: KiliUpstream,
  { request, operation, destination }: { request: Request; operation: Operation; destination: ToKili },
  { env, principal }: Asked,
  deps: Dependencies,
): Promise<Response> {
  const { kind, fields } = destination;
  if (kind === "mutation") {
    // Before it is sent: a change that nobody can be named for must not happen.
    await recordAudit(env.DB, {
      id: crypto.randomUUID(),
      actor: principal.actor,
      action: "forwarded",
      pluginName: null,
      projectId: null,
      runId: null,
      detail: describeCall(fields, request.headers),
      createdAt: deps.now(),
    });
  }
  const { query, variables, operationName } = operation;
  const body = { query, ...(variables && { variables }), ...(operationName && { operationName }) };
  // Kili counts by key.
  const isOurs = upstream.apiKey === kiliUpstream(env)?.apiKey;
  const budget = isOurs ? openBudget(env, `key ${principal.actor}`, deps.now() + FORWARD_MS) : uncounted(deps.sleep);
  const forwarded = { kind, body, headers: forwardHeaders(request.headers) };
  const answer = await forwardOperation(upstream, forwarded, { ...deps, budget });
  if (answer.ok) return new Response(answer.value, { headers: { "content-type": "application/json" } });
  const { message } = describeSendFailure(answer.failure, fields.join(", "), kind);
  return errorAnswer(requestError("KILI_ERROR", message));
}

/** Kili's SDK says which of its methods asked, and gives each call an id. */
function describeCall(fields: readonly string[], headers: Headers): string {
  const told = ["kili-client-method-name", "kili-client-call-uuid"].map((name) => headers.get(name)?.slice(0, 100));
  return [fields.join(", ").slice(0, 500), ...told].filter(Boolean).join(" ");
}

function describeMixture({ ours, theirs }: Extract<Destination, { to: "both" }>): string {
  return `Cannot answer operation: ${quote(ours)} this host answers and ${quote(theirs)} only Kili, wanted two operations`;
}

function describeNoTarget(failure: NoTarget, fields: readonly string[]): string {
  const cannot = `Cannot forward ${quote(fields)} to Kili:`;
  switch (failure.reason) {
    case "not_connected":
      return `${cannot} this host has no such field and is connected to no Kili, wanted KILI_API_KEY (and KILI_API_ENDPOINT, unless it is Kili's cloud) in its configuration`;
    case "no_caller_key":
      return `${cannot} the host lends no key, wanted your own in the header "${CALLER_KEY_HEADER}"`;
    case "bad_setting":
      return `${cannot} UPSTREAM_KEY is ${JSON.stringify(failure.found)} in the host's configuration, wanted "host" or "caller"`;
  }
}

function quote(fields: readonly string[]): string {
  return fields
    .map((field) => JSON.stringify(field))
    .join(", ")
    .slice(0, 500);
}
