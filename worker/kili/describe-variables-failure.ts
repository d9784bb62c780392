// Puts refused variables into words for the plugin's author.
import type { VariablesFailure } from "./plain-variables.ts";

const MAX_PATH_CHARS = 200;

/** The words for one failure. */
export function describeVariablesFailure(failure: VariablesFailure): string {
  switch (failure.reason) {
    case "not_an_object":
      return `Cannot call Kili: variables are a ${failure.found}, wanted an object`;
    case "not_json":
      return `Cannot call Kili: ${failure.path.slice(0, MAX_PATH_CHARS)} is a ${failure.found}, wanted a JSON value`;
    case "variables_too_large":
      return `Cannot call Kili: variables are too large, at most ${failure.limit}`;
  }
}
