// Has the bench of a project run a trial: the one way to it, whichever door the order came in by. Who may order one is
// the door's business.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { TrialOrderSchema, type TrialRefusal } from "../../schemas/trial.ts";
import type { Env } from "../env.ts";
import { MAX_TRIAL_EVENTS } from "../limits.ts";

/** What became of each event, as the JSON text of a `TrialAnswer`. */
export async function orderTrial(given: unknown, env: Env): Promise<Result<string, TrialRefusal>> {
  const parsed = v.safeParse(TrialOrderSchema, given);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    return fail({ reason: "bad_order", why: `${v.getDotPath(issue) ?? "(body)"}: ${issue.message}` });
  }
  const order = parsed.output;
  if (order.eventIds.length > MAX_TRIAL_EVENTS) {
    const why = `${order.eventIds.length} events, wanted at most ${MAX_TRIAL_EVENTS}`;
    return fail({ reason: "bad_order", why });
  }
  const answer = await env.TRIAL_BENCH.getByName(order.projectId).run(order);
  if (answer !== null) return ok(answer);
  return fail({ reason: "busy", why: "others are tried on the same project, wanted fewer at a time" });
}
