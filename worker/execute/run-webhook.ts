// Runs one attempt of a delivery that goes to a webhook outside instead of into an isolate. Never throws: however it
// goes, it comes back with one `RunReport`. Does not decide on retries and writes nothing down.
import type { RetryAdvice, RunOutcome, RunReport } from "../../schemas/run.ts";
import { MAX_ERROR_CHARS } from "../limits.ts";
import type { WebhookRow } from "../store/find-webhook.ts";
import { describeUrlFailure } from "./describe-url-failure.ts";
import { describeWebhookFailure } from "./describe-webhook-failure.ts";
import { hideHeader } from "./hide-header.ts";
import { parseRetryAfter } from "./parse-retry-after.ts";
import { postWebhook, type WebhookFailure } from "./post-webhook.ts";
import {
  prepareWebhook,
  type PreparedWebhook,
  type PrepareFailure,
  type WebhookRunRequest,
  type WebhookSettings,
} from "./prepare-webhook.ts";

export interface WebhookRunDeps extends WebhookSettings {
  /** Where the version delivers to; rejects when it cannot be read. */
  readonly findWebhook: (versionId: string) => Promise<WebhookRow | null>;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
}

type Attempt = Pick<RunReport, "outcome" | "logs" | "calls" | "refusals">;

/** Delivers once, or says why not. */
export async function runWebhook(run: WebhookRunRequest, deps: WebhookRunDeps): Promise<RunReport> {
  const startedAt = deps.now();
  if (run.shadow) {
    const line = {
      at: startedAt,
      level: "info",
      content: "Not sent: the plugin is in shadow on this project",
    } as const;
    const left: Attempt = { outcome: { type: "ok", result: null }, logs: [line], calls: [], refusals: [] };
    return { ...left, wallMs: 0, cpuMs: null, coldStart: null };
  }
  let attempt: Attempt;
  try {
    const webhook = await deps.findWebhook(run.plugin.versionId);
    if (webhook === null) {
      attempt = unsent({ type: "load_failed", message: "the webhook's address is not stored" }, deps.now());
    } else {
      const prepared = await prepareWebhook(run, webhook, deps, startedAt);
      attempt = prepared.ok ? await send(prepared.value, deps) : unprepared(prepared.failure, deps.now());
    }
  } catch (error) {
    // The host's trouble, not the webhook's: the attempt is lost and comes again.
    attempt = unsent({ type: "lost", message: `webhook could not be asked: ${String(error)}` }, deps.now());
  }
  return { ...attempt, wallMs: deps.now() - startedAt, cpuMs: null, coldStart: null };
}

async function send({ request, secret }: PreparedWebhook, deps: WebhookRunDeps): Promise<Attempt> {
  const { host, href } = request.url;
  const startedAt = deps.now();
  const posted = await postWebhook(request, deps.fetch);
  const at = deps.now();
  const ms = at - startedAt;
  const call = { kind: "net", target: `POST ${host}`, startedAt, ms } as const;
  const answered = (status: number) =>
    ({ at, level: "info", content: `${host} answered ${status} in ${ms} ms` }) as const;
  if (posted.ok) {
    return {
      outcome: { type: "ok", result: null },
      logs: [answered(posted.value.status)],
      calls: [{ ...call, result: "ok", detail: null }],
      refusals: [],
    };
  }
  const { failure } = posted;
  const tame = (text: string): string => hideHeader(text.replaceAll(href, host), secret);
  const message = describeWebhookFailure(host, failure, tame);
  return {
    outcome:
      failure.reason === "timeout"
        ? { type: "timeout", limitMs: failure.limitMs }
        : { ...threw("WebhookError", message), ...adviceOf(failure, at) },
    logs: [failure.reason === "status" ? answered(failure.status) : { at, level: "error", content: message }],
    calls: [{ ...call, result: "failed", detail: message }],
    refusals: [],
  };
}

/** What a webhook that refused says about the next attempt. */
function adviceOf(failure: WebhookFailure, now: number): { retry?: RetryAdvice } {
  const ms = failure.reason === "status" ? parseRetryAfter(failure.retryAfter, now) : null;
  return ms === null ? {} : { retry: { type: "after", ms } };
}

function unprepared(failure: PrepareFailure, at: number): Attempt {
  if (failure.reason !== "refused_url") {
    return unsent(
      threw(
        "WebhookError",
        describeWebhookFailure(failure.host, failure, (text) => text),
      ),
      at,
    );
  }
  const { message, wanted } = describeUrlFailure(failure.failure);
  return { ...unsent(threw("NotCapable", message), at), refusals: [{ capability: "net", wanted, at }] };
}

/** An attempt that never left the host. */
function unsent(outcome: Extract<RunOutcome, { message: string }>, at: number): Attempt {
  return { outcome, logs: [{ at, level: "error", content: outcome.message }], calls: [], refusals: [] };
}

function threw(name: string, text: string) {
  // Foreign words may hold anything; these are kept, and shown in terminals.
  const message = text.replace(/[^\P{Cc}\n\t]/gu, "\ufffd").slice(0, MAX_ERROR_CHARS);
  return { type: "threw", name, message, stack: null } as const;
}
