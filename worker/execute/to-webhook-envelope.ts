// The body a webhook gets: Kili's own envelope. What Kili sent in it already goes on byte for byte; the other shapes
// that the host accepts are put into one. Reads no more of a body than its outermost level.
import { jsonMembers } from "./json-members.ts";

const CLOSE_OBJECT = 0x7d;

export interface EnvelopeFacts {
  readonly eventType: string;
  /** Kili's own id of the event, or the host's where Kili gave none. */
  readonly kiliRunId: string;
  readonly projectId: string;
}

/** `{eventType, logPayload: {runId, projectId}, payload}` as bytes. `body` is the webhook body as it came. */
export function toWebhookEnvelope(
  body: string | Uint8Array<ArrayBuffer>,
  facts: EnvelopeFacts,
): Uint8Array<ArrayBuffer> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const logPayload = `"logPayload":${JSON.stringify({ runId: facts.kiliRunId, projectId: facts.projectId })}`;
  switch (shapeOf(bytes)) {
    case "envelope":
      return bytes;
    case "without_log_payload":
      // At the end: should there be one that is null, a reader takes the last.
      return join(bytes.subarray(0, bytes.lastIndexOf(CLOSE_OBJECT)), `,${logPayload}}`);
    case "bare":
      return join(`{"eventType":${JSON.stringify(facts.eventType)},${logPayload},"payload":`, bytes, "}");
  }
}

function shapeOf(bytes: Uint8Array): "envelope" | "without_log_payload" | "bare" {
  const openings = new Map<string, string>();
  for (const { name, opening } of jsonMembers(bytes)) {
    openings.set(name, opening);
    const wrapped = openings.get("eventType") === '"' && openings.has("payload");
    // Kili's order has the payload last, so this is known before the bulk of the body is looked at.
    if (wrapped && openings.get("logPayload") === "{") return "envelope";
  }
  return openings.get("eventType") === '"' && openings.has("payload") ? "without_log_payload" : "bare";
}

function join(...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const pieces = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.byteLength;
  }
  return joined;
}
