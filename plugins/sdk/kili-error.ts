// The error for a Kili call that did not succeed.
import type { RetryAdvice } from "../../schemas/run.ts";
import { RETRY_ADVICE } from "./retry-advice.ts";

/** What is known about a failed call. */
export interface KiliFailure {
  /** The GraphQL operation's root field, such as `createIssues`. */
  readonly operation: string;
  /** Where in the answer it went wrong, as Kili says it; null when Kili does not. */
  readonly path: string | null;
  /** What kind of failure it is, as the host names it: `NoKiliKey` for a read on a host without a key. */
  readonly code: string;
  /** Kili's own words, or the host's when the call never reached Kili. */
  readonly reason: string;
  /** How long Kili asks to be left alone, in milliseconds; null when it does not. */
  readonly retryAfterMs: number | null;
}

/**
 * Thrown when a call of `this.kili` fails: Kili refused it, could not be reached, or the host stopped it.
 * Left uncaught it fails the run, and the host tries the event again later: not before Kili's `Retry-After`, if it sent
 * one.
 *
 * @example
 * ```ts
 * try {
 *   await this.kili.addToReview({ assetIds: [assetId] });
 * } catch (error) {
 *   if (!(error instanceof KiliError)) throw error;
 *   this.logger.warning("Not in review yet:", error.reason);
 * }
 * ```
 */
export class KiliError extends Error implements KiliFailure {
  override readonly name = "KiliError";
  readonly operation: string;
  readonly path: string | null;
  readonly code: string;
  readonly reason: string;
  readonly retryAfterMs: number | null;
  readonly [RETRY_ADVICE]: RetryAdvice | null;

  constructor({ operation, path, code, reason, retryAfterMs }: KiliFailure) {
    // What the host itself has to say is a sentence already; Kili's own words are not.
    super(reason.startsWith("Cannot ") ? reason : `Cannot call "${operation}"${at(path)}: ${reason}`);
    this.operation = operation;
    this.path = path;
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this[RETRY_ADVICE] = retryAfterMs === null ? null : { type: "after", ms: retryAfterMs };
  }
}

function at(path: string | null): string {
  return path === null ? "" : ` at "${path}"`;
}
