// The form of API keys: random, and recognisable by secret scanners and by eye. Nothing is stored here.

const KEY_BYTES = 32;

/** What a key of this host looks like. */
export const API_KEY = /^ke_[A-Za-z0-9_-]{43}$/;

/** A new key. `randomBytes` fills an array with what nobody can guess. */
export function createApiKey(randomBytes: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const bytes = new Uint8Array(KEY_BYTES);
  randomBytes(bytes);
  const base64 = btoa(String.fromCharCode(...bytes));
  return `ke_${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
