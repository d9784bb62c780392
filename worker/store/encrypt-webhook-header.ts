// How a webhook's header is written down: encrypted, and good for one version only. Does not write it.
import { webhookHeaderKey } from "./webhook-header-key.ts";

/** Bytes of the nonce that stands before each ciphertext, as AES-GCM wants it. */
export const NONCE_BYTES = 12;

/** The header as text for the `webhooks` table. It can be read again only for the same version. */
export async function encryptWebhookHeader(header: string, versionId: string, secret: string): Promise<string> {
  const encoder = new TextEncoder();
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const ciphertext = await crypto.subtle.encrypt(
    // Bound to its version, so that who can write to the database cannot move it to an address of their own.
    { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(versionId) },
    await webhookHeaderKey(secret),
    encoder.encode(header),
  );
  return btoa(String.fromCharCode(...nonce, ...new Uint8Array(ciphertext)));
}
