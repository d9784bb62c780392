// Signatures by the Standard Webhooks specification (github.com/standard-webhooks/standard-webhooks). Not with its
// library, which signs text, and in JavaScript: a body of the largest size would be in memory once more, and hold up
// its inbox three times as long as with the platform's own HMAC. The tests hold the two against each other.
import { fail, ok, type Result } from "../../schemas/result.ts";

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

export interface WebhookMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/** The `webhook-signature` header: one signature per secret, separated by spaces. Null where there is no secret. */
export async function signWebhook(
  message: WebhookMessage,
  secrets: readonly string[],
): Promise<Result<string | null, "bad_secret">> {
  if (secrets.length === 0) return ok(null);
  const keys = secrets.map(keyOf);
  const head = new TextEncoder().encode(`${message.id}.${message.timestamp}.`);
  const signed = new Uint8Array(head.byteLength + message.body.byteLength);
  signed.set(head);
  signed.set(message.body, head.byteLength);
  const signatures: string[] = [];
  for (const bytes of keys) {
    if (bytes === null) return fail("bad_secret");
    const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const signature = await crypto.subtle.sign("HMAC", key, signed);
    signatures.push(`v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`);
  }
  return ok(signatures.join(" "));
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> | null {
  const encoded = SECRET.exec(secret)?.[1];
  try {
    return encoded === undefined ? null : Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
