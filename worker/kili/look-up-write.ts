// Looks at Kili for a write that was sent and never answered: was it done? Only where Kili's data says so without doubt;
// for other writes, nobody knows.
import { lookUpDeleted } from "./look-up-deleted.ts";
import { lookUpIssues } from "./look-up-issues.ts";
import { lookUpLabels } from "./look-up-labels.ts";
import { lookUpState } from "./look-up-state.ts";
import type { LostWrite, ReadRows, WriteTrace } from "./lost-write.ts";
import { resolveArguments, type Arguments } from "./resolve-arguments.ts";
import { wantedState } from "./wanted-state.ts";

/** What Kili's data says about the write. */
export async function lookUpWrite(lost: LostWrite, read: ReadRows): Promise<WriteTrace> {
  const [field, ...others] = lost.operation.fields;
  if (field === undefined || others.length > 0) return { type: "unknown" };
  return lookUp(field.name.value, resolveArguments(lost.operation, field, lost.variables), lost, read);
}

async function lookUp(field: string, given: Arguments, lost: LostWrite, read: ReadRows): Promise<WriteTrace> {
  switch (field) {
    case "createIssues":
      return lookUpIssues(given, lost, read);
    case "appendManyLabels":
      return lookUpLabels(given, lost, read);
    case "deleteLabels":
      return lookUpDeleted(given, lost, read);
    default: {
      const wanted = wantedState(field, given);
      return wanted === null ? { type: "unknown" } : lookUpState(wanted, lost, read);
    }
  }
}
