// Looks at Kili for a write that was sent and never answered: was it done? Only where Kili's data says so without doubt;
// for other writes, nobody knows.
import * as v from "valibot";
import type { Result } from "../../schemas/result.ts";
import { KILI_CLOCK_SKEW_MS, MAX_LOOKED_UP_ISSUES } from "../limits.ts";
import type { KiliOperation } from "./check-operation.ts";
import { dryRunAnswer } from "./dry-run-answer.ts";
import { idOf, itemsOf, memberOf } from "./read-json.ts";
import type { Json } from "./plain-variables.ts";
import { resolveArguments, type Arguments } from "./resolve-arguments.ts";

export interface LostWrite {
  readonly operation: KiliOperation;
  readonly variables: Arguments;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** Kili's answers to other writes about the same things, as JSON text: what they made is not what this one made. */
  readonly made: readonly string[];
}

/** `data` is the answer as far as it can be told. */
export type WriteTrace =
  | { readonly type: "done"; readonly data: Record<string, unknown> }
  | { readonly type: "not_done" }
  | { readonly type: "unknown" };

type Read = (
  query: { readonly kind: "query"; readonly text: string },
  variables: Record<string, unknown>,
) => Promise<Result<Record<string, unknown>, unknown>>;

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

/** What Kili's data says about the write. */
export async function lookUpWrite(lost: LostWrite, read: Read): Promise<WriteTrace> {
  const [field, ...others] = lost.operation.fields;
  if (field?.name.value !== "createIssues" || others.length > 0) return { type: "unknown" };
  const { issues, where } = resolveArguments(lost.operation, field, lost.variables);
  const wanted = itemsOf(issues);
  const project = idOf(memberOf(memberOf(where, "project"), "id"));
  const assetIds = wanted.flatMap((issue) => idOf(memberOf(issue, "assetId")) ?? []);
  // An issue on a label alone cannot be told from another one with its text.
  if (project === null || wanted.length === 0 || assetIds.length < wanted.length) return { type: "unknown" };
  const rows = await readIssues({ project: { id: project }, assetIn: [...new Set(assetIds)] }, read);
  if (rows === null) return { type: "unknown" };

  const madeText = lost.made.join("\n");
  const left = rows.filter(
    ({ id, createdAt }) =>
      Date.parse(createdAt) >= lost.sentAt - KILI_CLOCK_SKEW_MS && !madeText.includes(JSON.stringify(id)),
  );
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
async function readIssues(where: object, read: Read): Promise<v.InferOutput<typeof IssueSchema>[] | null> {
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
