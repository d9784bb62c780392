// What a write is about, by the names that the inbox remembers it under. Nothing for a write that Kili would tell nobody
// of.
import type { KiliOperation } from "../kili/check-operation.ts";
import { projectTargets } from "../kili/project-targets.ts";
import type { Arguments } from "../kili/resolve-arguments.ts";

/** The keys of the assets and labels that a write names, and of the project if it changes that. */
export function writtenKeys(operation: KiliOperation, variables: Arguments): string[] {
  const keys = operation.fields.flatMap((field) => {
    if (field.name.value === "updatePropertiesInProject") return ["project"];
    const targets = projectTargets(operation, field, variables);
    const members = targets.ok ? targets.value.members : [];
    return members.filter(({ kind }) => kind !== "issue").map(({ kind, id }) => `${kind} ${id}`);
  });
  return [...new Set(keys)];
}
