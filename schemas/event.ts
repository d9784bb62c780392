// A Kili event as it arrives on the webhook. Both generations of Kili's payloads are named here;
// what is read out of them, and how missing parts are filled, is worker/accept's business.
import * as v from "valibot";
import { refuseArrays } from "./refuse-arrays.ts";

/** Kili's own handler types (`PluginHandlerType` in its GraphQL API). */
export const HANDLER_TYPES = [
  "onSubmit",
  "onReview",
  "onCustomInterfaceClick",
  "onProjectUpdated",
  "onSendBackToQueue",
] as const;

export type HandlerType = (typeof HANDLER_TYPES)[number];

/** True for one of Kili's five handler types; every other event type is an event name for `onEvent`. */
export function isHandlerType(eventType: string): eventType is HandlerType {
  return (HANDLER_TYPES as readonly string[]).includes(eventType);
}

// SQLite cannot give half a character back as it came: as a key, it would not be found again and yet be there.
const WellFormed = v.check((text: string) => text.isWellFormed(), "wanted text without halves of characters");

/** An id of Kili's: of a project, a run, an asset, a label. */
export const KiliIdSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(256), WellFormed);
const MaybeId = v.nullish(KiliIdSchema);
const EventType = v.pipe(v.string(), v.minLength(1), v.maxLength(256), WellFormed);

// Without what came in place of an object: it may be as long as a body.
function sayKind({ input }: v.BaseIssue<unknown>): string {
  const kind = Array.isArray(input) ? "an array" : input === null ? "null" : `a ${typeof input}`;
  return `found ${kind}, wanted a JSON object`;
}

/**
 * The body of a webhook call. Three shapes are accepted, because Kili has sent all of them:
 * `{eventType, logPayload, payload}`, a bare `{event, projectId, payload}` envelope, and a flat
 * `{event, label}`. Only what the host itself needs is checked; everything else is kept as it came.
 */
export const WebhookBodySchema = v.pipe(
  refuseArrays(
    v.looseObject(
      {
        eventType: v.nullish(EventType),
        event: v.nullish(EventType),
        projectId: MaybeId,
        logPayload: v.nullish(v.looseObject({ runId: MaybeId, projectId: MaybeId }, sayKind)),
        payload: v.optional(v.unknown()),
      },
      sayKind,
    ),
  ),
  v.forward(
    v.check((body) => typeof (body.eventType ?? body.event) === "string", "missing, wanted the event's type or name"),
    ["eventType"],
  ),
);

export type WebhookBody = v.InferOutput<typeof WebhookBodySchema>;

/** What the host knows about an accepted event, apart from its payload. Times are epoch milliseconds. */
export interface EventFacts {
  readonly id: string;
  /** Kili's `logPayload.runId`, the key events are deduplicated by; null when Kili sent none. */
  readonly kiliRunId: string | null;
  readonly projectId: string;
  readonly type: string;
  readonly assetId: string | null;
  readonly labelId: string | null;
  readonly receivedAt: number;
}
