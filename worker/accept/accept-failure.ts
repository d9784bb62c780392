// Why a webhook call was not accepted, and what its sender may learn of that.
import { BACKLOG_RETRY_AFTER_S, FAILED_ATTEMPTS_PAUSE_MS } from "../limits.ts";

export type AcceptFailure =
  | { readonly reason: "no_secret_configured" }
  | { readonly reason: "wrong_secret" }
  /** One wrong secret too many of late, from the same client. */
  | { readonly reason: "too_many_attempts" }
  | { readonly reason: "body_too_large"; readonly limitBytes: number }
  | { readonly reason: "not_utf8" }
  | { readonly reason: "not_json"; readonly message: string }
  | { readonly reason: "bad_envelope"; readonly issues: readonly EnvelopeIssue[] }
  | { readonly reason: "unknown_plugin"; readonly pluginName: string }
  | { readonly reason: "shutting_down" }
  /** This isolate, or the project's inbox, holds as many bytes of bodies as it may. */
  | { readonly reason: "bodies_under_way" }
  | { readonly reason: "inbox_unavailable"; readonly message: string }
  | { readonly reason: "inbox_full"; readonly level: "too_many" | "too_large" };

/** One thing wrong with the envelope, with the path of the field it is about. */
export interface EnvelopeIssue {
  readonly path: string;
  readonly message: string;
}

const RETRY_AFTER_SECONDS: Readonly<Record<number, string>> = {
  429: String(FAILED_ATTEMPTS_PAUSE_MS / 1_000),
  503: "5",
};

/** What a webhook call is answered. `body` is JSON. */
export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: object;
}

/** The answer to a webhook call that was not accepted. */
export function toFailureAnswer(failure: AcceptFailure): WebhookAnswer {
  switch (failure.reason) {
    case "no_secret_configured":
      return answer(503, failure.reason, "Cannot accept events: WEBHOOK_SECRET is not set on this host");
    case "wrong_secret":
      return answer(401, failure.reason, "Cannot accept the event: the Authorization header is not a webhook secret");
    case "too_many_attempts":
      return answer(429, failure.reason, "Cannot accept the event: too many wrong secrets came from this address");
    case "body_too_large":
      return answer(413, failure.reason, `Cannot accept the event: body is over ${failure.limitBytes} bytes`);
    case "not_utf8":
      return answer(400, failure.reason, "Cannot parse the body: it is not UTF-8, wanted JSON in UTF-8");
    case "not_json":
      return answer(400, failure.reason, `Cannot parse the body as JSON: ${failure.message}`);
    case "bad_envelope":
      return answer(422, failure.reason, "Cannot accept the event: its envelope is not one Kili sends", failure.issues);
    case "unknown_plugin":
      return answer(
        404,
        failure.reason,
        `Cannot deliver to plugin "${failure.pluginName}": no such plugin is active on this project`,
      );
    case "shutting_down":
      return answer(503, failure.reason, "Cannot accept the event: this host is being stopped. Send it again");
    case "bodies_under_way":
      return answer(503, failure.reason, "Cannot accept the event: too many large ones are under way. Send it again");
    case "inbox_full": {
      const found = failure.level === "too_many" ? "too many deliveries wait" : "its journal is too large";
      return answer(503, failure.reason, `Cannot journal the event: ${found} on this project. Send it again later`);
    }
    case "inbox_unavailable":
      return answer(503, failure.reason, `Cannot journal the event: ${failure.message}. Send it again`);
  }
}

function answer(status: number, code: string, message: string, issues?: readonly EnvelopeIssue[]): WebhookAnswer {
  const error = issues === undefined ? { code, message } : { code, message, issues };
  const retryAfter = code === "inbox_full" ? String(BACKLOG_RETRY_AFTER_S) : (RETRY_AFTER_SECONDS[status] ?? null);
  return { status, retryAfter, body: { error } };
}
