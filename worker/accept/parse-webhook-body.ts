// From a webhook body's bytes to the facts the inbox journals. Keeps the body as it came: nothing unknown is
// dropped, and what a payload must hold for a handler is for the plugin's side to say.
import * as v from "valibot";
import { KiliIdSchema, WebhookBodySchema, type WebhookBody } from "../../schemas/event.ts";
import type { IncomingEvent } from "../../schemas/inbox.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { AcceptFailure } from "./accept-failure.ts";

/** Bodies up to this size travel and are journalled as text; larger ones as bytes, in several rows. */
const MAX_TEXT_BODY_BYTES = 256 * 1024;

export type ParsedEvent = Omit<IncomingEvent, "onlyPlugin" | "receivedAt" | "unlessCame">;

/**
 * Parses and checks a body. `fallbackProjectId` comes from the webhook's URL, for the event shapes that name no
 * project themselves.
 */
export function parseWebhookBody(
  bytes: Uint8Array,
  fallbackProjectId: string | null,
): Result<ParsedEvent, AcceptFailure> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return fail({ reason: "not_utf8" });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail({ reason: "not_json", message: (error as Error).message });
  }
  const parsed = v.safeParse(WebhookBodySchema, json);
  if (!parsed.success) {
    const issues = parsed.issues.map((issue) => ({ path: v.getDotPath(issue) ?? "(body)", message: issue.message }));
    return fail({ reason: "bad_envelope", issues });
  }
  const body = parsed.output;
  const projectId =
    body.logPayload?.projectId ?? body.projectId ?? fieldOf(body.payload, "projectId") ?? idOf(fallbackProjectId);
  if (projectId === null) {
    const message = "missing, wanted the Kili project's id (or ?project=… in the webhook's URL)";
    return fail({ reason: "bad_envelope", issues: [{ path: "logPayload.projectId", message }] });
  }
  return ok({
    ...idsOf(body),
    projectId,
    type: body.eventType ?? body.event ?? "",
    kiliRunId: body.logPayload?.runId ?? null,
    body: bytes.byteLength > MAX_TEXT_BODY_BYTES ? bytes : text,
    bodyBytes: bytes.byteLength,
  });
}

/** The asset and label an event is about, in any of the three shapes. */
function idsOf(body: WebhookBody): { assetId: string | null; labelId: string | null } {
  const inner = isRecord(body.payload) ? body.payload : body;
  const label = isRecord(inner["label"]) ? inner["label"] : undefined;
  return {
    assetId: fieldOf(inner, "asset_id") ?? fieldOf(inner, "assetId") ?? fieldOf(label, "assetId"),
    labelId: fieldOf(label, "id") ?? fieldOf(inner, "labelId"),
  };
}

function fieldOf(value: unknown, name: string): string | null {
  return isRecord(value) ? idOf(value[name]) : null;
}

function idOf(value: unknown): string | null {
  return v.is(KiliIdSchema, value) ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
