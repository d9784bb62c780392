// The error for a Kili call that did not succeed.
import type { RetryAdvice } from "../../schemas/run.ts";
import { RETRY_ADVICE } from "./retry-advice.ts";

/**
 * What kind of failure a call met.
 *
 * - `KiliError`: Kili, or the host before it, refused the call as it is.
 * - `NotFound`: Kili knows nothing by that id.
 * - `Denied`: the host's key may not do that at Kili.
 * - `RateLimited`: no call to Kili was left in the time the run has. Nothing was done.
 * - `Unavailable`: a read got no answer, after having been tried again.
 * - `UnknownOutcome`: a write got no answer. It may have been done, and was not sent again: look before you repeat it.
 * - `NoKiliKey`: a read on a host without a Kili key, which only records writes.
 * - `SubrequestLimit`: the run has made all the calls it may.
 * - `RunOver`: the run is over.
 * - `HostError`: the host failed; its log says why.
 */
export type KiliErrorCode =
  | "KiliError"
  | "NotFound"
  | "Denied"
  | "RateLimited"
  | "Unavailable"
  | "UnknownOutcome"
  | "NoKiliKey"
  | "SubrequestLimit"
  | "RunOver"
  | "HostError"
  | (string & {});

/** What is known about a failed call. */
export interface KiliFailure {
  /** The GraphQL operation's root field, such as `createIssues`. */
  readonly operation: string;
  /** Where in the answer it went wrong, as Kili says it; null when Kili does not. */
  readonly path: string | null;
  /** What kind of failure it is. */
  readonly code: KiliErrorCode;
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
  readonly code: KiliErrorCode;
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
