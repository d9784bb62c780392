// Looks at Kili for issues and questions that were opened and never answered.
import * as v from "valibot";
import { MAX_LOOKED_UP_ISSUES } from "../limits.ts";
import { dryRunAnswer } from "./dry-run-answer.ts";
import { idOf, itemsOf, memberOf } from "./read-json.ts";
import type { Json } from "./plain-variables.ts";
import type { LostWrite, ReadRows, WriteTrace } from "./lost-write.ts";
import { mayHaveMade } from "./may-have-made.ts";
import type { Arguments } from "./resolve-arguments.ts";

const ISSUES = {
  kind: "query",
  text: `query ($where: IssueWhere!, $first: PageSize!, $skip: Int!) {
  data: issues(where: $where, first: $first, skip: $skip) { id assetId createdAt objectMid type comments { text } }
}`,
} as const;
const PAGE_ROWS = 100;

const IssueSchema = v.object({
  id: v.string(),
  assetId: v.nullish(v.string()),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  objectMid: v.nullish(v.string()),
  type: v.string(),
  comments: v.array(v.object({ text: v.nullish(v.string()) })),
});
const AnswerSchema = v.object({ data: v.array(IssueSchema) });

/** One issue with the same text, object and type that came then is the one. Issues are closed, not deleted. */
export async function lookUpIssues({ issues, where }: Arguments, lost: LostWrite, read: ReadRows): Promise<WriteTrace> {
  const wanted = itemsOf(issues);
  const project = idOf(memberOf(memberOf(where, "project"), "id"));
  const assetIds = wanted.flatMap((issue) => idOf(memberOf(issue, "assetId")) ?? []);
  // An issue on a label alone cannot be told from another one with its text.
  if (project === null || wanted.length === 0 || assetIds.length < wanted.length) return { type: "unknown" };
  const rows = await readIssues({ project: { id: project }, assetIn: [...new Set(assetIds)] }, read);
  if (rows === null) return { type: "unknown" };

  const left = rows.filter((row) => mayHaveMade(lost, row));
  const ids: string[] = [];
  for (const issue of wanted) {
    const at = left.findIndex((row) => isIssue(row, issue));
    if (at >= 0) ids.push(...left.splice(at, 1).map(({ id }) => id));
  }
  if (ids.length === 0) return { type: "not_done" };
  // Some of them, which no write does.
  if (ids.length < wanted.length) return { type: "unknown" };
  return { type: "done", data: dryRunAnswer(lost.operation, lost.variables, () => ids.shift() ?? "") };
}

/** All issues of the assets; null when they cannot be read, or are too many. */
async function readIssues(where: object, read: ReadRows): Promise<v.InferOutput<typeof IssueSchema>[] | null> {
  const rows: v.InferOutput<typeof IssueSchema>[] = [];
  while (rows.length < MAX_LOOKED_UP_ISSUES) {
    const answer = await read(ISSUES, { where, first: PAGE_ROWS, skip: rows.length });
    const page = v.safeParse(AnswerSchema, answer.ok ? answer.value : null);
    if (!page.success) return null;
    rows.push(...page.output.data);
    if (page.output.data.length < PAGE_ROWS) return rows;
  }
  return null;
}

function isIssue(row: v.InferOutput<typeof IssueSchema>, wanted: Json): boolean {
  const textOf = (key: string): string | null => idOf(memberOf(wanted, key));
  return (
    row.type === textOf("type") &&
    row.assetId === textOf("assetId") &&
    (row.objectMid ?? null) === textOf("objectMid") &&
    (row.comments[0]?.text ?? null) === textOf("text")
  );
}
