// Whether a write may reach Kili twice, one close upon the other, and leave it as once does.
import type { KiliOperation } from "./check-operation.ts";
import { resolveArguments, type Arguments } from "./resolve-arguments.ts";
import { wantedState } from "./wanted-state.ts";

/** True for what deletes and what says how things are to be; not for what makes something, nor where that is not known. */
export function isHarmlessTwice(
  operation: Pick<KiliOperation, "definition" | "fields">,
  variables: Arguments,
): boolean {
  return operation.fields.every(
    (field) =>
      field.name.value === "deleteLabels" ||
      wantedState(field.name.value, resolveArguments(operation, field, variables)) !== null,
  );
}
