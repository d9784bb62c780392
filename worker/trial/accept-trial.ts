// `POST /api/trials`: runs a version that is not registered over stored events, with its writes withheld. For operators,
// who may upload code. Who sent the request was found out before.
import { holdsRole, type AuthenticationFailure, type Principal } from "../../schemas/principal.ts";
import type { Result } from "../../schemas/result.ts";
import { boundedSink } from "../build/bounded-sink.ts";
import type { Env } from "../env.ts";
import { FAILED_ATTEMPTS_PAUSE_MS, MAX_TRIAL_ORDER_BYTES } from "../limits.ts";
import { orderTrial } from "./order-trial.ts";

/** Answers 200 with what became of each event, also where a run failed. */
export async function acceptTrial(
  request: Request,
  env: Env,
  sender: Result<Principal, AuthenticationFailure>,
): Promise<Response> {
  if (!sender.ok && sender.failure === "too_many_attempts")
    return refuse(429, "too_many_attempts", "too many attempts with unknown keys came from this address");
  if (!sender.ok) return refuse(401, "wrong_key", "the X-API-Key header holds no valid key");
  if (!holdsRole(sender.value.role, "operator"))
    return refuse(403, "wrong_role", `the API key has the role ${sender.value.role}, wanted operator or admin`);
  const body = await readJson(request);
  if (body === undefined) return refuse(413, "too_large", `body is longer than ${MAX_TRIAL_ORDER_BYTES} bytes`);
  const tried = await orderTrial(body, env);
  if (tried.ok) return new Response(tried.value, { headers: { "content-type": "application/json" } });
  const { reason, why } = tried.failure;
  return refuse(reason === "busy" ? 429 : 422, reason, why);
}

/** Undefined when it is too large; null when it is no JSON. */
async function readJson(request: Request): Promise<unknown> {
  const sink = boundedSink(MAX_TRIAL_ORDER_BYTES);
  try {
    await request.body?.pipeTo(sink.stream);
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(new TextDecoder().decode(sink.bytes()));
  } catch {
    return null;
  }
}

function refuse(status: number, code: string, why: string): Response {
  const headers = status === 429 ? { "retry-after": String(FAILED_ATTEMPTS_PAUSE_MS / 1_000) } : {};
  return Response.json({ error: { code, message: `Cannot try the plugin: ${why}` } }, { status, headers });
}
