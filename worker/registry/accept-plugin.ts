// `PUT /api/plugins`: registers one build that was made elsewhere. For administrators, who may deploy any code.
import * as v from "valibot";
import { BuildResultSchema } from "../../schemas/artifact.ts";
import { equalSecrets } from "../equal-secrets.ts";
import type { Env } from "../env.ts";
import { registerPlugin } from "./register-plugin.ts";

/** Answers 200 with what became of the build, also when it is a failed one: its errors are registered then. */
export async function acceptPlugin(request: Request, env: Env): Promise<Response> {
  const key = request.headers.get("x-api-key");
  if (!env.ADMIN_API_KEY || key === null || !equalSecrets(key, env.ADMIN_API_KEY)) {
    return refuse(401, "wrong_key", "Cannot register the plugin: the X-API-Key header is not the administrator's key");
  }
  const parsed = v.safeParse(BuildResultSchema, await request.json().catch(() => null));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const path = v.getDotPath(issue) ?? "(body)";
    return refuse(422, "bad_build", `Cannot register the plugin: ${path}: ${issue.message}`);
  }
  return Response.json(await registerPlugin(parsed.output, { env, now: Date.now(), actor: "key:admin" }));
}

function refuse(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status });
}
