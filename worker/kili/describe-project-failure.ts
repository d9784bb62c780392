// Puts a call about projects that are not the plugin's into words: what its author reads, and what the audit keeps.
import type { ProjectFailure } from "./check-projects.ts";
import type { OperationRefusal } from "./describe-operation-failure.ts";
import type { Member } from "./project-targets.ts";

const MAX_ID_CHARS = 100;

/** The words for one failure of the operation `target`. */
export function describeProjectFailure(
  failure: ProjectFailure | { readonly reason: "foreign_member"; readonly member: Member },
  target: string,
): OperationRefusal {
  switch (failure.reason) {
    case "no_project":
      return {
        name: "NotCapable",
        message: `Requires kili access to every project: name one in "${failure.wanted}" of "${failure.field}", or add kili_projects = ["*"] to [permissions] in plugin.toml`,
        wanted: `${target} on every project`,
      };
    case "foreign_project": {
      const id = clip(failure.projectId);
      return {
        name: "NotCapable",
        message: `Requires kili access to project "${id}": add it to [permissions] kili_projects in plugin.toml`,
        wanted: `${target} on project ${id}`,
      };
    }
    case "foreign_member": {
      const { kind } = failure.member;
      const id = clip(failure.member.id);
      return {
        name: "NotCapable",
        message: `Requires kili access to ${kind} "${id}": it is in none of the plugin's projects, add its project to [permissions] kili_projects in plugin.toml`,
        wanted: `${target} on ${kind} ${id}`,
      };
    }
  }
}

function clip(id: string): string {
  return id.length <= MAX_ID_CHARS ? id : `${id.slice(0, MAX_ID_CHARS)}…`;
}
