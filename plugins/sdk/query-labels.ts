// kili.labels: the labels of a project. For video, geospatial and LLM projects Kili keeps a label's content behind
// `jsonResponseUrl`: ask for that field there. This does not follow it.
import type { KiliCaller } from "./call-kili.ts";
import type { JsonResponse, LabelSearch, LabelType } from "./label.ts";
import { listPages, type PageOptions } from "./list-pages.ts";
import { parseJsonField } from "./parse-json-field.ts";
import type { FieldOf, Selected } from "./selected.ts";
import { toSelection } from "./to-selection.ts";

/** The fields of a label that a query may ask for, as far as this SDK knows their types. */
export interface LabelNode {
  id: string;
  assetId: string;
  author: { id: string; email: string; firstname: string; lastname: string };
  clientVersion: number | null;
  consensusMark: number | null;
  createdAt: string;
  honeypotMark: number | null;
  isLatestDefaultLabelForUser: boolean;
  isLatestLabelForUser: boolean;
  isLatestReviewLabelForUser: boolean;
  isSentBackToQueue: boolean;
  jsonResponse: JsonResponse;
  jsonResponseUrl: string | null;
  labelOf: { id: string; externalId: string };
  labelType: LabelType;
  modelName: string | null;
  numberOfAnnotations: number | null;
  search: LabelSearch | null;
  secondsToLabel: number | null;
  updatedAt: string;
}

type KnownField =
  | Exclude<keyof LabelNode, "author" | "labelOf">
  | `author.${keyof LabelNode["author"]}`
  | `labelOf.${keyof LabelNode["labelOf"]}`;

/** A field of a label, dotted where it is nested. */
export type LabelField = FieldOf<KnownField>;

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

/** Which labels to read. All conditions must hold. Times are ISO 8601. */
export interface LabelsQuery<Field extends string = DefaultLabelField> extends PageOptions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly labelId?: string;
  /** Labels with one of these ids. */
  readonly idContains?: readonly string[];
  readonly assetId?: string;
  readonly assetExternalIdIn?: readonly string[];
  readonly assetStatusIn?: readonly string[];
  readonly authorIn?: readonly string[];
  readonly createdAt?: string;
  readonly createdAtGte?: string;
  readonly createdAtLte?: string;
  readonly honeypotMarkGte?: number;
  readonly honeypotMarkLte?: number;
  readonly typeIn?: readonly LabelType[];
  readonly userId?: string;
  readonly fields?: readonly Field[];
}

/** Reads labels, in pages, with the fields that were asked for. */
export async function queryLabels<Field extends string>(
  caller: KiliCaller,
  query: LabelsQuery<Field>,
): Promise<Selected<LabelNode, Field>[]> {
  const document = `query labels($where: LabelWhere!, $first: PageSize!, $skip: Int!) {
  data: labels(where: $where, first: $first, skip: $skip) { ${toSelection(query.fields ?? DEFAULT_FIELDS)} }
}`;
  const rows = await listPages(caller, "labels", document, { where: toWhere(caller, query) }, query);
  return rows.map((row) => parseJsonField(row, "jsonResponse") as Selected<LabelNode, Field>);
}

function toWhere(caller: KiliCaller, query: LabelsQuery<string>): Record<string, unknown> {
  return withoutUndefined({
    project: { id: query.projectId ?? caller.projectId },
    id: query.labelId,
    idIn: query.idContains,
    asset: orUndefined({
      id: query.assetId,
      externalIdIn: query.assetExternalIdIn,
      statusIn: query.assetStatusIn,
    }),
    authorIn: query.authorIn,
    createdAt: query.createdAt,
    createdAtGte: query.createdAtGte,
    createdAtLte: query.createdAtLte,
    honeypotMarkGte: query.honeypotMarkGte,
    honeypotMarkLte: query.honeypotMarkLte,
    typeIn: query.typeIn,
    user: orUndefined({ id: query.userId }),
  });
}

function withoutUndefined(where: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
}

function orUndefined(where: Record<string, unknown>): Record<string, unknown> | undefined {
  const given = withoutUndefined(where);
  return Object.keys(given).length === 0 ? undefined : given;
}
