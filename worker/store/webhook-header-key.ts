// The key that webhooks' headers are stored under. Made of a deployment secret each time, and kept nowhere.

/** The AES-GCM key that belongs to one of STORE_SECRET's secrets. */
export async function webhookHeaderKey(secret: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    // Named for what it encrypts: the secret may come to stand behind other keys too.
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode("kili-edge webhook header") },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}
