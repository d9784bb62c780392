// Whether the process that ran something was ended by somebody, and not by what it ran. Only who supervises the process
// can know that, and writes it down; where nobody does, or nothing is known, it was not.
import * as v from "valibot";
import { RuntimeEndingsSchema } from "../../schemas/runtime-ending.ts";
import { ENDINGS_MS } from "../limits.ts";
import { log } from "../log.ts";

/** About a process that is gone and was there at `at` (epoch milliseconds). Never throws. */
export async function endedFromOutside(endings: Fetcher | undefined, at: number): Promise<boolean> {
  if (endings === undefined) return false;
  try {
    const response = await endings.fetch("http://endings/endings.json", { signal: AbortSignal.timeout(ENDINGS_MS) });
    const since = v.parse(RuntimeEndingsSchema, await response.json()).filter((ending) => ending.at >= at);
    // Several may have come and gone before anybody asked.
    return since.length > 0 && since.every(({ fromOutside }) => fromOutside);
  } catch (error) {
    log("error", "how the last runtime ended could not be read", { error });
    return false;
  }
}
