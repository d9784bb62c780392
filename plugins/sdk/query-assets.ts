// kili.assets: the assets of a project.
import { toAssetWhere, type AssetConditions } from "./asset-conditions.ts";
import type { KiliCaller } from "./call-kili.ts";
import type { AssetNode } from "./kili-nodes.ts";
import { listOf } from "./list-of.ts";
import { pageRows } from "./page-rows.ts";
import { queryRows, type PageOptions } from "./query-rows.ts";
import type { Rows } from "./rows.ts";
import type { FieldOf, Selected } from "./selected.ts";

/** A field of an asset, dotted where it is nested. */
export type AssetField = FieldOf<AssetNode>;

// Fewer than Kili's SDK reads, which brings every label along.
const DEFAULT_FIELDS = [
  "content",
  "createdAt",
  "externalId",
  "id",
  "jsonMetadata",
  "priority",
  "skipped",
  "status",
  "updatedAt",
] as const;

/** The fields of an asset that are read when none are named. */
export type DefaultAssetField = (typeof DEFAULT_FIELDS)[number];

/** Which assets to read, and what of them. */
export interface AssetsQuery<Field extends string = DefaultAssetField> extends AssetConditions, PageOptions {
  /** What to read of each, dotted where it is nested; a few common ones by default. */
  readonly fields?: readonly Field[];
}

/** The most assets with their labels' content that Kili gives at once, by the project's input type. */
const VIDEO_ROWS = 10;
const LARGE_ROWS = 50;
const OTHER_ROWS = 100;

/** Reads assets, in pages, with the fields that were asked for. */
export function queryAssets<Field extends string>(
  caller: KiliCaller,
  query: AssetsQuery<Field>,
): Rows<Selected<AssetNode, Field>> {
  const fields: readonly string[] = query.fields ?? DEFAULT_FIELDS;
  const { projectId = caller.projectId } = query;
  return queryRows(caller, {
    ...listOf("assets", "AssetWhere", toAssetWhere(caller.projectId, query)),
    fields,
    page: query,
    pageRows: fields.some((field) => field.endsWith(".jsonResponse")) ? pageRows(caller, projectId, rowsOf) : undefined,
  });
}

function rowsOf(inputType: string): number {
  if (inputType === "VIDEO") return VIDEO_ROWS;
  return inputType === "GEOSPATIAL" || inputType.startsWith("LLM") ? LARGE_ROWS : OTHER_ROWS;
}
