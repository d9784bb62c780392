// Bytes as text, so that they can be looked up.

/** Two lower-case digits for each byte, signed or not. */
export function toHex(bytes: Uint8Array | Int8Array): string {
  return Array.from(bytes, (byte) => (byte & 0xff).toString(16).padStart(2, "0")).join("");
}
