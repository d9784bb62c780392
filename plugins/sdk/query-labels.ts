// kili.labels: the labels of a project.
import type { KiliCaller } from "./call-kili.ts";
import type { LabelNode } from "./kili-nodes.ts";
import { toLabelWhere, type LabelConditions } from "./label-conditions.ts";
import { listOf } from "./list-of.ts";
import { pageRows } from "./page-rows.ts";
import { queryRows, type PageOptions } from "./query-rows.ts";
import type { Rows } from "./rows.ts";
import type { FieldOf, Selected } from "./selected.ts";

/** A field of a label, dotted where it is nested. */
export type LabelField = FieldOf<LabelNode>;

const DEFAULT_FIELDS = [
  "author.email",
  "author.id",
  "id",
  "jsonResponse",
  "labelType",
  "secondsToLabel",
  "isLatestLabelForUser",
  "assetId",
] as const;

/** The fields of a label that are read when none are named. */
export type DefaultLabelField = (typeof DEFAULT_FIELDS)[number];

/** Which labels to read, and what of them. */
export interface LabelsQuery<Field extends string = DefaultLabelField> extends LabelConditions, PageOptions {
  /** What to read of each, dotted where it is nested; a few common ones by default. */
  readonly fields?: readonly Field[];
}

/** The most labels with their content that Kili gives at once: of video projects, and of any other. */
const VIDEO_ROWS = 20;
const OTHER_ROWS = 100;

/** Reads labels, in pages, with the fields that were asked for. */
export function queryLabels<Field extends string>(
  caller: KiliCaller,
  query: LabelsQuery<Field>,
): Rows<Selected<LabelNode, Field>> {
  const fields: readonly string[] = query.fields ?? DEFAULT_FIELDS;
  const { projectId = caller.projectId } = query;
  return queryRows(caller, {
    ...listOf("labels", "LabelWhere", toLabelWhere(caller.projectId, query)),
    fields,
    page: query,
    pageRows: fields.includes("jsonResponse") ? pageRows(caller, projectId, rowsOf) : undefined,
  });
}

function rowsOf(inputType: string): number {
  return inputType === "VIDEO" ? VIDEO_ROWS : OTHER_ROWS;
}
