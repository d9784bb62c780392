// Reads what encryptWebhookHeader wrote. Does not say why it could not: a wrong secret, another version and a changed
// byte look the same.
import { NONCE_BYTES } from "./encrypt-webhook-header.ts";
import { webhookHeaderKey } from "./webhook-header-key.ts";

/** The header, if one of the secrets opens it for this version; otherwise null. */
export async function decryptWebhookHeader(
  stored: string,
  versionId: string,
  secrets: readonly string[],
): Promise<string | null> {
  const bytes = fromBase64(stored);
  if (bytes === null || bytes.byteLength < NONCE_BYTES) return null;
  const algorithm = {
    name: "AES-GCM",
    iv: bytes.subarray(0, NONCE_BYTES),
    additionalData: new TextEncoder().encode(versionId),
  };
  for (const secret of secrets) {
    try {
      const key = await webhookHeaderKey(secret);
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(NONCE_BYTES)));
    } catch {
      // Not this secret's.
    }
  }
  return null;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}
