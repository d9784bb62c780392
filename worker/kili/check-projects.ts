// Checks which projects an operation is about against those a plugin may act on. What it names by id alone is left to
// whoever can ask Kili (verify-members.ts).
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliOperation } from "./check-operation.ts";
import { projectTargets, type Member, type NoProject } from "./project-targets.ts";
import type { Arguments } from "./resolve-arguments.ts";

export type ProjectFailure = NoProject | { readonly reason: "foreign_project"; readonly projectId: string };

/** `kili_projects` that stands for every project. */
export const EVERY_PROJECT = "*";

/** The assets, labels and issues that must be found in `allowed` before the operation may be sent, each once. */
export function checkProjects(
  operation: Pick<KiliOperation, "definition" | "fields">,
  variables: Arguments,
  allowed: readonly string[],
): Result<readonly Member[], ProjectFailure> {
  if (allowed.includes(EVERY_PROJECT)) return ok([]);
  const members = new Map<string, Member>();
  for (const field of operation.fields) {
    const targets = projectTargets(operation, field, variables);
    if (!targets.ok) return targets;
    const foreign = targets.value.projects.find((projectId) => !allowed.includes(projectId));
    if (foreign !== undefined) return fail({ reason: "foreign_project", projectId: foreign });
    for (const member of targets.value.members) members.set(`${member.kind} ${member.id}`, member);
  }
  return ok([...members.values()]);
}
