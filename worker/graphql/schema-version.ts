// The version of the API: changes with every change of the schema's text, this host's or Kili's, because clients cache
// the schema under it.
import { hashText } from "../build/hash-text.ts";
import { API_SDL } from "./api-sdl.ts";

const LENGTH = 16;

/** A short hash of the schema; `kiliHash` is the one of Kili's schema, null where it is no part of it. */
export async function schemaVersion(kiliHash: string | null): Promise<string> {
  const ours = await hashText(API_SDL);
  const whole = kiliHash === null ? ours : await hashText(`${ours} ${kiliHash}`);
  return whole.slice(0, LENGTH);
}
