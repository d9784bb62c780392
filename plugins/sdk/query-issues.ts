// kili.issues: the issues and questions of a project.
import type { KiliCaller } from "./call-kili.ts";
import type { IssueNode, IssueStatus } from "./kili-nodes.ts";
import { listOf } from "./list-of.ts";
import { queryRows, type PageOptions } from "./query-rows.ts";
import type { Rows } from "./rows.ts";
import type { FieldOf, Selected } from "./selected.ts";
import { toWhere } from "./to-where.ts";

/** A field of an issue, dotted where it is nested. */
export type IssueField = FieldOf<IssueNode>;

const DEFAULT_FIELDS = ["createdAt", "id", "status", "type", "assetId"] as const;

/** The fields of an issue that are read when none are named. */
export type DefaultIssueField = (typeof DEFAULT_FIELDS)[number];

/** Conditions on issues, which must all hold. */
export interface IssueConditions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly assetId?: string;
  readonly assetIdIn?: readonly string[];
  readonly issueType?: "ISSUE" | "QUESTION";
  readonly status?: IssueStatus;
}

/** Which issues to read, and what of them. */
export interface IssuesQuery<Field extends string = DefaultIssueField> extends IssueConditions, PageOptions {
  /** What to read of each, dotted where it is nested; a few common ones by default. */
  readonly fields?: readonly Field[];
}

/** Reads issues with the fields that were asked for. */
export function queryIssues<Field extends string>(
  caller: KiliCaller,
  query: IssuesQuery<Field>,
): Rows<Selected<IssueNode, Field>> {
  return queryRows(caller, {
    ...listOf("issues", "IssueWhere", toIssueWhere(caller.projectId, query)),
    fields: query.fields ?? DEFAULT_FIELDS,
    page: query,
  });
}

/** The conditions as Kili's `IssueWhere`. */
export function toIssueWhere(ownProjectId: string, conditions: IssueConditions): Record<string, unknown> {
  const { assetId, assetIdIn, issueType, projectId = ownProjectId, status } = conditions;
  return toWhere({ project: { id: projectId }, asset: { id: assetId }, assetIn: assetIdIn, status, type: issueType });
}
