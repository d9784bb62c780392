// Reads Kili's schema as Kili describes it. Does not keep it and does not judge it.
import { getIntrospectionQuery } from "graphql";
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import { KILI_SCHEMA_MS, MAX_KILI_SCHEMA_BYTES } from "../limits.ts";
import { postToKili } from "./post-to-kili.ts";
import type { SendDeps, SendFailure } from "./send-operation.ts";

// As Kili's SDK asks, so that Kili knows it.
const QUERY = getIntrospectionQuery({
  descriptions: true,
  schemaDescription: true,
  directiveIsRepeatable: true,
  inputValueDeprecation: true,
  specifiedByUrl: false,
});

const AnswerSchema = v.object({
  data: v.nullish(v.object({ __schema: v.looseObject({ types: v.array(v.looseObject({ name: v.string() })) }) })),
  errors: v.nullish(v.array(v.object({ message: v.string() }))),
});

/** The value of `__schema` as JSON text. */
export async function fetchIntrospection(
  upstream: KiliUpstream,
  fetch: SendDeps["fetch"],
): Promise<Result<string, SendFailure>> {
  const body = JSON.stringify({ query: QUERY });
  const request = { body, timeoutMs: KILI_SCHEMA_MS, limitBytes: MAX_KILI_SCHEMA_BYTES };
  const posted = await postToKili(upstream, request, fetch);
  if (!posted.ok) return posted;
  const { status, text } = posted.value;
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), AnswerSchema), text);
  const [error] = answer.success ? (answer.output.errors ?? []) : [];
  if (error !== undefined)
    return fail({ reason: "kili_error", message: error.message.slice(0, 2_000), path: null, code: null });
  if (status < 200 || status > 299) return fail({ reason: "http_status", status, retryAfterMs: null });
  if (!answer.success || !answer.output.data) return fail({ reason: "not_graphql" });
  return ok(JSON.stringify(answer.output.data.__schema));
}
