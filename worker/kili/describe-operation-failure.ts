// Puts a refused operation into words: what the plugin's author reads, and what the audit keeps.
import type { OperationFailure } from "./check-operation.ts";

export interface OperationRefusal {
  /** The error's name in the plugin: `NotCapable` when a permission is what is missing. */
  readonly name: "NotCapable" | "KiliError";
  readonly message: string;
  /** What the plugin reached for, for the audit; null when the document was merely wrong. */
  readonly wanted: string | null;
}

const MAX_NAME_CHARS = 100;

/** The words for one failure. */
export function describeOperationFailure(failure: OperationFailure): OperationRefusal {
  switch (failure.reason) {
    case "missing_scope":
      return {
        name: "NotCapable",
        message: `Requires kili access to "${failure.scope}": add it to [permissions] kili in plugin.toml`,
        wanted: failure.scope,
      };
    case "unknown_field": {
      const field = clip(failure.field);
      return {
        name: "NotCapable",
        message: `Requires kili access to "${field}": no scope of [permissions] kili gives it to a plugin`,
        wanted: field,
      };
    }
    case "wrong_operation":
      return refused(`"${failure.field}" is in a ${other(failure.wanted)}, wanted a ${failure.wanted}`, failure.field);
    case "subscription":
      return refused("document is a subscription, wanted a query or a mutation", "subscription");
    case "not_text":
      return refused(`document is a ${failure.found}, wanted a string`, null);
    case "too_long":
      return refused(`document has ${failure.chars} characters, at most ${failure.limit}`, null);
    case "syntax":
      return refused(failure.message, null);
    case "too_deep":
      return refused(`document nests too deep, at most ${failure.limit} fields`, null);
    case "too_many_fields":
      return refused(`operation has ${failure.found} root fields, at most ${failure.limit}`, null);
    case "not_executable":
      return refused(`document holds ${failure.found}, wanted one operation and its fragments`, null);
    case "operation_count":
      return refused(`document holds ${failure.found} operations, wanted exactly one`, null);
    case "unknown_fragment":
      return refused(`fragment "${clip(failure.name)}" is not in the document`, null);
    case "fragment_cycle":
      return refused(`fragment "${clip(failure.name)}" spreads itself`, null);
  }
}

function refused(found: string, wanted: string | null): OperationRefusal {
  return { name: "KiliError", message: `Cannot call Kili: ${found}`, wanted };
}

function other(kind: "query" | "mutation"): string {
  return kind === "query" ? "mutation" : "query";
}

function clip(name: string): string {
  return name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS)}…`;
}
