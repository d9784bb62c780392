// Looks at Kili for labels that were added to assets and never answered.
import * as v from "valibot";
import { KILI_CLOCK_SKEW_MS, MAX_LOOKED_UP_LABELS } from "../limits.ts";
import { dryRunAnswer } from "./dry-run-answer.ts";
import type { LostWrite, ReadRows, WriteTrace } from "./lost-write.ts";
import type { Json } from "./plain-variables.ts";
import { idOf, itemsOf, memberOf } from "./read-json.ts";
import type { Arguments } from "./resolve-arguments.ts";
import { sameJson } from "./same-json.ts";

const PAGE_ROWS = 100;
/** Of labels with their content, the fewest that Kili gives at once in any project. */
const CONTENT_ROWS = 20;

const RowSchema = v.object({ id: v.string(), createdAt: v.pipe(v.string(), v.isoTimestamp()) });
const ContentSchema = v.object({
  id: v.string(),
  assetId: v.nullish(v.string()),
  jsonResponse: v.unknown(),
  labelType: v.string(),
  modelName: v.nullish(v.string()),
});

/** The same content on the same asset, of the same type and model, that came since is the one. */
export async function lookUpLabels({ data, where }: Arguments, lost: LostWrite, read: ReadRows): Promise<WriteTrace> {
  const wanted = itemsOf(memberOf(data, "labelsData"));
  const project = idOf(memberOf(memberOf(where, "project"), "id"));
  const assetIds = wanted.flatMap((label) => idOf(memberOf(label, "assetID")) ?? []);
  if (project === null || wanted.length === 0 || assetIds.length < wanted.length) return { type: "unknown" };
  const rows = await readSince({ project: { id: project }, asset: { idIn: [...new Set(assetIds)] } }, lost, read);
  if (rows === null || rows.length > CONTENT_ROWS) return { type: "unknown" };
  if (rows.length === 0) return { type: "not_done" };

  const found = { project: { id: project }, idIn: rows.map(({ id }) => id) };
  const left = await readPage(ContentSchema, "assetId jsonResponse labelType modelName", found, CONTENT_ROWS, 0, read);
  if (left === null) return { type: "unknown" };
  const ids: string[] = [];
  for (const label of wanted) {
    const at = left.findIndex((row) => isLabel(row, label, data));
    if (at >= 0) ids.push(...left.splice(at, 1).map(({ id }) => id));
  }
  // What came since may be somebody else's, or this one's with a content that Kili changed or keeps elsewhere.
  if (ids.length < wanted.length) return { type: "unknown" };
  return { type: "done", data: dryRunAnswer(lost.operation, lost.variables, () => ids.shift() ?? "") };
}

/** The assets' labels that came since, and that no other write is known to have made; null when nobody can say. */
async function readSince(where: object, { made, sentAt }: LostWrite, read: ReadRows) {
  const madeText = made.join("\n");
  const since: v.InferOutput<typeof RowSchema>[] = [];
  for (let skip = 0; skip < MAX_LOOKED_UP_LABELS; skip += PAGE_ROWS) {
    const page = await readPage(RowSchema, "createdAt", where, PAGE_ROWS, skip, read);
    if (page === null) return null;
    since.push(
      ...page.filter(
        ({ id, createdAt }) =>
          Date.parse(createdAt) >= sentAt - KILI_CLOCK_SKEW_MS && !madeText.includes(JSON.stringify(id)),
      ),
    );
    if (page.length < PAGE_ROWS) return since;
  }
  return null;
}

async function readPage<Schema extends v.GenericSchema>(
  schema: Schema,
  fields: string,
  where: object,
  first: number,
  skip: number,
  read: ReadRows,
): Promise<v.InferOutput<Schema>[] | null> {
  const text = `query ($where: LabelWhere!, $first: PageSize!, $skip: Int!) {
  data: labels(where: $where, first: $first, skip: $skip) { id ${fields} }
}`;
  const answer = await read({ kind: "query", text }, { where, first, skip });
  const page = v.safeParse(v.object({ data: v.array(schema) }), answer.ok ? answer.value : null);
  return page.success ? page.output.data : null;
}

function isLabel(row: v.InferOutput<typeof ContentSchema>, wanted: Json, data: Json | undefined): boolean {
  return (
    row.assetId === idOf(memberOf(wanted, "assetID")) &&
    row.labelType === (idOf(memberOf(data, "labelType")) ?? "DEFAULT") &&
    (row.modelName ?? null) === idOf(memberOf(wanted, "modelName")) &&
    sameJson(row.jsonResponse, memberOf(wanted, "jsonResponse"))
  );
}
