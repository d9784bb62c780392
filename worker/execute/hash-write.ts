// By what a write is known again: what is sent, by its hash.
import type { KiliWrite } from "./make-write.ts";

/** SHA-256 of the document and its variables, as lower-case hex. */
export async function hashWrite({ operation, variables }: KiliWrite): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([operation.text, variables]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
