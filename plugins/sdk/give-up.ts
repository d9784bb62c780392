// The error with which a plugin says that trying again is of no use.
import type { RetryAdvice } from "../../schemas/run.ts";
import { RETRY_ADVICE } from "./retry-advice.ts";

/**
 * Throw it when no further attempt can end better, whatever `max_attempts` of plugin.toml says. The event goes to the
 * dead letters at once, with your words.
 *
 * @example
 * ```ts
 * if (label.jsonResponse?.["JOB_0"] === undefined) throw new GiveUp("This project has no JOB_0");
 * ```
 */
export class GiveUp extends Error {
  override readonly name = "GiveUp";
  readonly [RETRY_ADVICE]: RetryAdvice = { type: "never" };
}
