// `POST /supervisor/…`: what whoever started this process, and nobody else, may have it do. Without a supervisor there
// are no such pages.
import type { Drain } from "../drain.ts";
import type { Env } from "../env.ts";
import { equalSecrets } from "../equal-secrets.ts";

export interface SupervisorOrders {
  readonly drain: Drain;
  /** What the platform would do when a cron is due. */
  readonly onSchedule: () => Promise<void>;
  /** Calls of the webhook that it has gathered. */
  readonly onWebhooks: () => Promise<Response>;
}

/** Carries out `drain`, which says how many runs are left, `scheduled`, or takes `webhooks`. */
export async function answerSupervisor(
  request: Request,
  order: string,
  env: Pick<Env, "SUPERVISOR_SECRET">,
  { drain, onSchedule, onWebhooks }: SupervisorOrders,
): Promise<Response> {
  const { SUPERVISOR_SECRET: secret } = env;
  const given = request.headers.get("authorization") ?? "";
  if (!secret || !equalSecrets(given, `Bearer ${secret}`)) return notFound();
  switch (order) {
    case "drain":
      drain.begin();
      return Response.json({ runsInFlight: drain.runsInFlight });
    case "scheduled":
      await onSchedule();
      return Response.json({ done: true });
    case "webhooks":
      return onWebhooks();
    default:
      return notFound();
  }
}

function notFound(): Response {
  return new Response("404 Not Found", { status: 404 });
}
