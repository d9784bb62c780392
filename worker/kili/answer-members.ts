// What an answer of Kili's says about which project assets, labels and issues are in: the rows of a list that was asked
// for one project. It spares the look-up when a plugin goes on to change what it has just read.
import type { KiliOperation } from "./check-operation.ts";
import type { KnownMembers } from "./known-members.ts";
import { projectTargets, type MemberKind } from "./project-targets.ts";
import type { Arguments } from "./resolve-arguments.ts";
import { isAnsweredAs } from "./walk-selections.ts";

const LISTS: ReadonlyMap<string, MemberKind> = new Map([
  ["assets", "asset"],
  ["issues", "issue"],
  ["labels", "label"],
]);

/** Remembers the rows of `data`, the answer to `operation`. */
export function rememberAnswer(
  operation: KiliOperation,
  variables: Arguments,
  data: Readonly<Record<string, unknown>>,
  known: KnownMembers,
): void {
  const { fragments } = operation;
  if (operation.kind !== "query") return;
  for (const field of operation.fields) {
    const kind = LISTS.get(field.name.value);
    const rows = data[field.alias?.value ?? field.name.value];
    if (kind === undefined || !Array.isArray(rows)) continue;
    const targets = projectTargets(operation, field, variables);
    const [projectId] = targets.ok ? targets.value.projects : [];
    if (projectId === undefined) continue;
    for (const row of rows as Readonly<Record<string, unknown>>[]) {
      if (isAnsweredAs(field.selectionSet, fragments, "id") && typeof row["id"] === "string")
        known.remember({ kind, id: row["id"] }, projectId);
      if (
        kind !== "asset" &&
        isAnsweredAs(field.selectionSet, fragments, "assetId") &&
        typeof row["assetId"] === "string"
      )
        known.remember({ kind: "asset", id: row["assetId"] }, projectId);
    }
  }
}
