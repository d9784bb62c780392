// Posts one event to a host's webhook, as Kili would. It does not wait for what the plugins do with it.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { parseJson } from "../parse-json.ts";

const AcceptedSchema = v.object({ id: v.string(), duplicate: v.boolean(), deliveries: v.optional(v.number(), 0) });
export type Accepted = v.InferOutput<typeof AcceptedSchema>;

const RefusalSchema = v.object({
  error: v.object({ code: v.string(), message: v.string(), issues: v.optional(v.array(v.unknown()), []) }),
});

export interface Webhook {
  readonly url: string;
  readonly secret: string;
  /** Deliver to this plugin only; null for every plugin that asked for the event. */
  readonly plugin: string | null;
  readonly fetch: typeof fetch;
}

/** Posts `body`; the answer names the event and how many plugins asked for it. */
export async function postDelivery(
  webhook: Webhook,
  body: Record<string, unknown>,
): Promise<Result<Accepted, CliFailure>> {
  const path = webhook.plugin === null ? "/webhook" : `/webhook/${encodeURIComponent(webhook.plugin)}`;
  let response: Response;
  try {
    response = await webhook.fetch(`${webhook.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: webhook.secret },
      body: JSON.stringify(body),
    });
  } catch (error) {
    return failed("host_unreachable", errorCode(error), `a host at ${webhook.url}: start one with "npm start"`);
  }
  const answer = parseJson(await response.text());
  if (!response.ok) return refused(response.status, answer);
  const accepted = v.safeParse(AcceptedSchema, answer);
  if (!accepted.success) {
    return failed("host_answered_badly", `${response.status} with another body`, "the event's id");
  }
  return ok(accepted.output);
}

function refused(status: number, answer: unknown) {
  const refusal = v.safeParse(RefusalSchema, answer);
  if (!refusal.success) return failed("host_refused", String(status), "202");
  const { code, message, issues } = refusal.output.error;
  const details = issues.map((issue) => `\n  ${typeof issue === "string" ? issue : JSON.stringify(issue)}`).join("");
  const hint = status === 401 ? `\n  The host wants its own WEBHOOK_SECRET: is another host's .dev.vars in use?` : "";
  return failed("host_refused", `${status} ${code}, ${message}`, `202${details}${hint}`);
}

function failed(reason: CliFailure["reason"], found: string, wanted: string) {
  return fail({ reason, message: `Cannot send the event: ${found}, wanted ${wanted}` } satisfies CliFailure);
}
