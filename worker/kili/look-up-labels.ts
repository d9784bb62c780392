// Looks at Kili for labels that were added to assets and never answered.
import * as v from "valibot";
import { KILI_CLOCK_SKEW_MS, MAX_LOOKED_UP_LABELS } from "../limits.ts";
import { dryRunAnswer } from "./dry-run-answer.ts";
import type { LostWrite, ReadRows, WriteTrace } from "./lost-write.ts";
import { mayHaveMade } from "./may-have-made.ts";
import type { Json } from "./plain-variables.ts";
import { idOf, itemsOf, memberOf } from "./read-json.ts";
import type { Arguments } from "./resolve-arguments.ts";
import { sameJson } from "./same-json.ts";

const PAGE_ROWS = 100;
/** Of labels with their content, the fewest that Kili gives at once in any project. */
const CONTENT_ROWS = 20;
const WHERE_TYPES = { assets: "AssetWhere", labels: "LabelWhere" } as const;

const RowSchema = v.object({ id: v.string(), createdAt: v.pipe(v.string(), v.isoTimestamp()) });
const ContentSchema = v.object({
  id: v.string(),
  author: v.nullish(v.object({ id: v.string() })),
  assetId: v.nullish(v.string()),
  jsonResponse: v.unknown(),
  labelType: v.string(),
  modelName: v.nullish(v.string()),
});
const CONTENT_FIELDS = "assetId author { id } jsonResponse labelType modelName";
const AssetSchema = v.object({ id: v.string(), updatedAt: v.pipe(v.string(), v.isoTimestamp()) });
const ViewerSchema = v.object({ data: v.object({ id: v.string() }) });

/** The same content on the same asset, of the same author, type and model, that came then is the one. */
export async function lookUpLabels({ data, where }: Arguments, lost: LostWrite, read: ReadRows): Promise<WriteTrace> {
  const wanted = itemsOf(memberOf(data, "labelsData"));
  const project = idOf(memberOf(memberOf(where, "project"), "id"));
  const named = wanted.flatMap((label) => idOf(memberOf(label, "assetID")) ?? []);
  if (project === null || wanted.length === 0 || named.length < wanted.length) return { type: "unknown" };
  const assetIds = [...new Set(named)];
  const inProject = { project: { id: project } };
  const rows = await readSince({ ...inProject, asset: { idIn: assetIds } }, lost, read);
  if (rows === null || rows.length > CONTENT_ROWS) return { type: "unknown" };
  // One that was made and deleted is not made again: somebody wanted it gone, and so has changed the asset.
  if (rows.length === 0)
    return { type: (await areUntouched(inProject, assetIds, lost, read)) ? "not_done" : "unknown" };

  const found = { ...inProject, idIn: rows.map(({ id }) => id) };
  const left = await readPage("labels", ContentSchema, CONTENT_FIELDS, found, CONTENT_ROWS, 0, read);
  const isByOwner = wanted.some((label) => idOf(memberOf(label, "authorID")) === null);
  const owner = isByOwner ? await readOwner(read) : null;
  if (left === null || (isByOwner && owner === null)) return { type: "unknown" };
  const ids: string[] = [];
  for (const label of wanted) {
    const at = left.findIndex((row) => isLabel(row, label, data, owner));
    if (at >= 0) ids.push(...left.splice(at, 1).map(({ id }) => id));
  }
  // What came since may be somebody else's, or this one's with a content that Kili changed or keeps elsewhere.
  if (ids.length < wanted.length) return { type: "unknown" };
  return { type: "done", data: dryRunAnswer(lost.operation, lost.variables, () => ids.shift() ?? "") };
}

/** True if Kili shows all of the assets, and none of them has changed since before the write was sent. */
async function areUntouched(
  inProject: object,
  ids: readonly string[],
  { sentAt }: LostWrite,
  read: ReadRows,
): Promise<boolean> {
  if (ids.length > PAGE_ROWS) return false;
  const rows = await readPage("assets", AssetSchema, "updatedAt", { ...inProject, idIn: ids }, PAGE_ROWS, 0, read);
  const untouched = (rows ?? []).filter(({ updatedAt }) => Date.parse(updatedAt) < sentAt - KILI_CLOCK_SKEW_MS);
  return ids.every((id) => untouched.some((row) => row.id === id));
}

/** Whose labels those are that name no author: the user whose API key it is. */
async function readOwner(read: ReadRows): Promise<string | null> {
  const answer = await read({ kind: "query", text: "{ data: viewer { id } }" }, {});
  const viewer = v.safeParse(ViewerSchema, answer.ok ? answer.value : null);
  return viewer.success ? viewer.output.data.id : null;
}

/** The assets' labels that the write can have made; null when nobody can say. */
async function readSince(where: object, lost: LostWrite, read: ReadRows) {
  const since: v.InferOutput<typeof RowSchema>[] = [];
  for (let skip = 0; skip < MAX_LOOKED_UP_LABELS; skip += PAGE_ROWS) {
    const page = await readPage("labels", RowSchema, "createdAt", where, PAGE_ROWS, skip, read);
    if (page === null) return null;
    since.push(...page.filter((row) => mayHaveMade(lost, row)));
    if (page.length < PAGE_ROWS) return since;
  }
  return null;
}

async function readPage<Schema extends v.GenericSchema>(
  list: keyof typeof WHERE_TYPES,
  schema: Schema,
  fields: string,
  where: object,
  first: number,
  skip: number,
  read: ReadRows,
): Promise<v.InferOutput<Schema>[] | null> {
  const text = `query ($where: ${WHERE_TYPES[list]}!, $first: PageSize!, $skip: Int!) {
  data: ${list}(where: $where, first: $first, skip: $skip) { id ${fields} }
}`;
  const answer = await read({ kind: "query", text }, { where, first, skip });
  const page = v.safeParse(v.object({ data: v.array(schema) }), answer.ok ? answer.value : null);
  return page.success ? page.output.data : null;
}

function isLabel(
  row: v.InferOutput<typeof ContentSchema>,
  wanted: Json,
  data: Json | undefined,
  owner: string | null,
): boolean {
  return (
    (row.author?.id ?? null) === (idOf(memberOf(wanted, "authorID")) ?? owner) &&
    row.assetId === idOf(memberOf(wanted, "assetID")) &&
    row.labelType === (idOf(memberOf(data, "labelType")) ?? "DEFAULT") &&
    (row.modelName ?? null) === idOf(memberOf(wanted, "modelName")) &&
    sameJson(row.jsonResponse, memberOf(wanted, "jsonResponse"))
  );
}
