// Puts a failed call to Kili into words for the plugin. Kili's own words pass as they are; the key is in none of them.
import type { SendFailure } from "./send-operation.ts";

export interface KiliCallError {
  readonly name: "KiliError";
  readonly message: string;
  readonly path?: string;
  /** How long Kili asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** The words for one failure of an operation whose root fields are `target`. */
export function describeSendFailure(failure: SendFailure, target: string): KiliCallError {
  switch (failure.reason) {
    case "kili_error":
      return {
        name: "KiliError",
        message: failure.message,
        ...(failure.path === null ? {} : { path: failure.path }),
      };
    case "http_status":
      return {
        ...failed(target, `Kili answered with status ${failure.status}, wanted 200`),
        ...(failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs }),
      };
    case "timeout":
      return failed(target, `Kili has not answered within ${failure.limitMs} ms`);
    case "unreachable":
      return failed(target, `Kili cannot be reached (${failure.message})`);
    case "not_graphql":
      return failed(target, "Kili's answer is not GraphQL, is KILI_API_ENDPOINT its GraphQL endpoint?");
    case "answer_too_large":
      return failed(target, `Kili's answer is over ${failure.limitBytes} bytes, ask for fewer at once`);
  }
}

function failed(target: string, found: string): KiliCallError {
  return { name: "KiliError", message: `Cannot call "${target}": ${found}` };
}
