// The version of the API: changes with every change of the schema's text, because clients cache the schema under it.
import { API_SDL } from "./api-sdl.ts";

let version: Promise<string> | undefined;

/** A short hash of the schema. */
export function schemaVersion(): Promise<string> {
  version ??= crypto.subtle
    .digest("SHA-256", new TextEncoder().encode(API_SDL))
    .then((digest) => Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(""));
  return version;
}
