// Looks at Kili for a write that says how things are to be. Where all of them are so, it is done, whoever did it: to do it
// again would change nothing. Where they are not, and were not changed since it was sent, it was not done. Otherwise it
// may have been done, and undone by somebody who must not be overruled.
import * as v from "valibot";
import { KILI_CLOCK_SKEW_MS, MAX_KILI_LOOK_UPS } from "../limits.ts";
import { EVERY_PROJECT } from "./check-projects.ts";
import { dryRunAnswer } from "./dry-run-answer.ts";
import type { LostWrite, ReadRows, WriteTrace } from "./lost-write.ts";
import { sameJson } from "./same-json.ts";
import type { WantedState } from "./wanted-state.ts";

const RowSchema = v.looseObject({ id: v.string(), updatedAt: v.nullish(v.pipe(v.string(), v.isoTimestamp())) });
const AnswerSchema = v.object({ data: v.array(RowSchema) });
type Row = v.InferOutput<typeof RowSchema> & { readonly projectId: string };

const WHERE_TYPES = { assets: "AssetWhere", issues: "IssueWhere", projects: "ProjectWhere" } as const;

/** What Kili's data says about the write that makes this state. */
export async function lookUpState(wanted: WantedState, lost: LostWrite, read: ReadRows): Promise<WriteTrace> {
  const rows = await readRows(wanted, lost.projects, read);
  if (rows === null || rows.size < wanted.rows.size) return { type: "unknown" };
  const isSo = [...wanted.rows].every(([id, fields]) =>
    Object.entries(fields).every(([name, value]) => sameJson(valueAt(rows.get(id), name), value)),
  );
  // Kili answers with ids that the write names, or with the project.
  const [projectId = ""] = [...rows.values()].map((row) => row.projectId);
  if (isSo) return { type: "done", data: dryRunAnswer(lost.operation, lost.variables, () => projectId) };
  const isUntouched = [...rows.values()].every(
    ({ updatedAt }) => updatedAt && Date.parse(updatedAt) < lost.sentAt - KILI_CLOCK_SKEW_MS,
  );
  return { type: isUntouched ? "not_done" : "unknown" };
}

/** The rows that are wanted, by id, as far as they are in the projects; null when they cannot be read. */
async function readRows(
  { list, rows }: WantedState,
  projects: readonly string[],
  read: ReadRows,
): Promise<ReadonlyMap<string, Row> | null> {
  const names = [...new Set([...rows.values()].flatMap((fields) => Object.keys(fields)))];
  const text = `query ($where: ${WHERE_TYPES[list]}!, $first: PageSize!, $skip: Int!) {
  data: ${list}(where: $where, first: $first, skip: $skip) { id updatedAt ${names.map(toSelection).join(" ")} }
}`;
  const found = new Map<string, Row>();
  const wheres = toWheres(list, [...rows.keys()], projects);
  if (wheres.length > MAX_KILI_LOOK_UPS) return null;
  for (const { projectId, where } of wheres) {
    const answer = await read({ kind: "query", text }, { where, first: rows.size, skip: 0 });
    const page = v.safeParse(AnswerSchema, answer.ok ? answer.value : null);
    if (!page.success) return null;
    for (const row of page.output.data) if (rows.has(row.id)) found.set(row.id, { ...row, projectId });
  }
  return found;
}

interface Where {
  readonly where: object;
  readonly projectId: string;
}

function toWheres(list: WantedState["list"], ids: readonly string[], projects: readonly string[]): Where[] {
  if (list === "projects") return ids.map((id) => ({ where: { id }, projectId: id }));
  return projects
    .filter((id) => id !== EVERY_PROJECT)
    .flatMap((projectId) => {
      const project = { id: projectId };
      // Kili finds issues by one id only.
      const wheres = list === "assets" ? [{ idIn: ids, project }] : ids.map((id) => ({ id, project }));
      return wheres.map((where) => ({ where, projectId }));
    });
}

function toSelection(name: string): string {
  const [field = "", inner] = name.split(".");
  return inner === undefined ? field : `${field} { ${inner} }`;
}

function valueAt(row: Row | undefined, name: string): unknown {
  return name
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      row,
    );
}
