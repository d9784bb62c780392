// `PUT /api/plugins`: registers one build that was made elsewhere. For admins, who may deploy any code. Who sent the
// request was found out before.
import * as v from "valibot";
import { BuildResultSchema } from "../../schemas/artifact.ts";
import { holdsRole, type AuthenticationFailure, type Principal } from "../../schemas/principal.ts";
import type { Result } from "../../schemas/result.ts";
import type { Env } from "../env.ts";
import { FAILED_ATTEMPTS_PAUSE_MS } from "../limits.ts";
import { registerPlugin } from "./register-plugin.ts";

/** Answers 200 with what became of the build, also when it is a failed one: its errors are registered then. */
export async function acceptPlugin(
  request: Request,
  env: Env,
  sender: Result<Principal, AuthenticationFailure>,
): Promise<Response> {
  if (!sender.ok && sender.failure === "too_many_attempts") {
    const message = "Cannot register the plugin: too many attempts with unknown keys came from this address";
    return refuse(429, "too_many_attempts", message, FAILED_ATTEMPTS_PAUSE_MS);
  }
  if (!sender.ok) {
    return refuse(401, "wrong_key", "Cannot register the plugin: the X-API-Key header holds no valid key");
  }
  const { role, actor } = sender.value;
  if (!holdsRole(role, "admin")) {
    return refuse(403, "wrong_role", `Cannot register the plugin: the API key has the role ${role}, wanted admin`);
  }
  const parsed = v.safeParse(BuildResultSchema, await request.json().catch(() => null));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const path = v.getDotPath(issue) ?? "(body)";
    return refuse(422, "bad_build", `Cannot register the plugin: ${path}: ${issue.message}`);
  }
  return Response.json(await registerPlugin(parsed.output, { env, now: Date.now(), actor }));
}

function refuse(status: number, code: string, message: string, pauseMs?: number): Response {
  const headers = pauseMs === undefined ? {} : { "retry-after": String(pauseMs / 1_000) };
  return Response.json({ error: { code, message } }, { status, headers });
}
