// `POST /supervisor/drain`: whoever started this process, and nobody else, may bring it to rest.
import type { Drain } from "../drain.ts";
import type { Env } from "../env.ts";
import { equalSecrets } from "../equal-secrets.ts";

/** Begins the drain and says how many runs are left. Without a supervisor there is no such page. */
export function answerDrain(request: Request, env: Pick<Env, "SUPERVISOR_SECRET">, drain: Drain): Response {
  const { SUPERVISOR_SECRET: secret } = env;
  const given = request.headers.get("authorization") ?? "";
  if (!secret || !equalSecrets(given, `Bearer ${secret}`)) return new Response("404 Not Found", { status: 404 });
  drain.begin();
  return Response.json({ runsInFlight: drain.runsInFlight });
}
