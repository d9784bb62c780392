// Looks at Kili for labels that were to be deleted. A label that is gone does not come back, and one that is there was not
// deleted.
import * as v from "valibot";
import { EVERY_PROJECT } from "./check-projects.ts";
import { dryRunAnswer } from "./dry-run-answer.ts";
import type { LostWrite, ReadRows, WriteTrace } from "./lost-write.ts";
import { idsOf } from "./read-json.ts";
import type { Arguments } from "./resolve-arguments.ts";
import { MAX_KILI_LOOK_UPS } from "../limits.ts";

const LABELS = {
  kind: "query",
  text: `query ($where: LabelWhere!, $first: PageSize!, $skip: Int!) {
  data: labels(where: $where, first: $first, skip: $skip) { id }
}`,
} as const;
/** The most that Kili takes in one write. */
const MOST = 100;

const AnswerSchema = v.object({ data: v.array(v.object({ id: v.string() })) });

/** Gone are those that are in none of the projects that they can have been in. */
export async function lookUpDeleted(given: Arguments, lost: LostWrite, read: ReadRows): Promise<WriteTrace> {
  const ids = [...new Set(idsOf(given.ids))];
  const { projects, sentFor } = lost;
  if (ids.length === 0 || ids.length > MOST || projects.includes(EVERY_PROJECT) || projects.length > MAX_KILI_LOOK_UPS)
    return { type: "unknown" };
  const there = new Set<string>();
  for (const id of projects) {
    const answer = await read(LABELS, { where: { idIn: ids, project: { id } }, first: MOST, skip: 0 });
    const page = v.safeParse(AnswerSchema, answer.ok ? answer.value : null);
    if (!page.success) return { type: "unknown" };
    for (const row of page.output.data) if (ids.includes(row.id)) there.add(row.id);
  }
  // What is in none of the projects that are asked may be in one that the plugin may no longer act on.
  const isSeen = sentFor !== null && sentFor.every((id) => projects.includes(id));
  if (there.size === 0 && isSeen) return { type: "done", data: dryRunAnswer(lost.operation, lost.variables, () => "") };
  return { type: there.size === ids.length ? "not_done" : "unknown" };
}
