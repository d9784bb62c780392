// Whether the history database is well, by a write that it takes whenever it is: whatever it refuses then, it refuses for
// what it is.
import { FLUSH_LIMIT_MS } from "../limits.ts";
import { within } from "./within.ts";

/** Never throws; a write that takes too long was not taken. */
export async function takesWrites(write: Promise<unknown>): Promise<boolean> {
  try {
    await within(FLUSH_LIMIT_MS, write);
    return true;
  } catch {
    return false;
  }
}
