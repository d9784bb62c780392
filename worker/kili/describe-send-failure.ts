// Puts a failed call to Kili into words for the plugin. Kili's own words pass as they are; the key is in none of them.
import type { SendFailure } from "./send-operation.ts";

/** What went wrong, as far as a plugin can do something about it. */
export type KiliErrorName =
  /** Kili refused, for a reason of its own. */
  | "KiliError"
  /** Kili knows nothing by that id. */
  | "NotFound"
  /** The host's key may not do that at Kili. */
  | "Denied"
  /** No call was left in the time there was; nothing was done. */
  | "RateLimited"
  /** Kili gave no answer to a read. */
  | "Unavailable"
  /** Kili gave no answer to a write, which may have been done. */
  | "UnknownOutcome";

export interface KiliCallError {
  readonly name: KiliErrorName;
  readonly message: string;
  readonly path?: string;
  /** How long Kili asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** The words for one failure of an operation whose root fields are `target`. */
export function describeSendFailure(failure: SendFailure, target: string, kind: "query" | "mutation"): KiliCallError {
  const unanswered = (found: string): KiliCallError =>
    kind === "query"
      ? { name: "Unavailable", message: `Cannot call "${target}": ${found}` }
      : {
          name: "UnknownOutcome",
          message: `Cannot tell whether "${target}" was done: ${found}; it was not sent again, look before you repeat it`,
        };
  switch (failure.reason) {
    case "kili_error":
      return {
        name: nameOf(failure.message, failure.code),
        message: failure.message,
        ...(failure.path === null ? {} : { path: failure.path }),
      };
    case "over_budget":
      return {
        name: "RateLimited",
        message: `Cannot call "${target}": all calls to Kili are taken, by this plugin and others, and none came free in time`,
      };
    case "http_status": {
      const found = `Kili answered with status ${failure.status}, wanted 200`;
      const error =
        failure.status >= 500
          ? unanswered(found)
          : { name: nameOfStatus(failure.status), message: `Cannot call "${target}": ${found}` };
      return failure.retryAfterMs === null ? error : { ...error, retryAfterMs: failure.retryAfterMs };
    }
    case "timeout":
      return unanswered(`Kili has not answered within ${failure.limitMs} ms`);
    case "unreachable":
      return unanswered(`Kili cannot be reached (${failure.message})`);
    case "not_graphql":
      return unanswered("Kili's answer is not GraphQL, is KILI_API_ENDPOINT its GraphQL endpoint?");
    case "answer_too_large":
      return unanswered(`Kili's answer is over ${failure.limitBytes} bytes, ask for fewer at once`);
  }
}

/** Kili's code, or the word in brackets that its messages begin with. */
function nameOf(message: string, code: string | null): KiliErrorName {
  const word = code ?? /^\[(\w+)\]/.exec(message)?.[1] ?? "";
  if (/not_?found/i.test(word)) return "NotFound";
  if (/unauth|forbidden|denied|noaccess|notallowed|rights/i.test(word)) return "Denied";
  return /rate_?limit|too_?many/i.test(word) ? "RateLimited" : "KiliError";
}

function nameOfStatus(status: number): KiliErrorName {
  if (status === 401 || status === 403) return "Denied";
  return status === 429 ? "RateLimited" : "KiliError";
}
