// kili.projects: projects' settings and interfaces.
import type { KiliCaller } from "./call-kili.ts";
import type { ProjectNode } from "./kili-nodes.ts";
import { listOf } from "./list-of.ts";
import { queryRows, type PageOptions } from "./query-rows.ts";
import type { Rows } from "./rows.ts";
import type { FieldOf, Selected } from "./selected.ts";
import { toWhere } from "./to-where.ts";

/** A field of a project, dotted where it is nested. */
export type ProjectField = FieldOf<ProjectNode>;

const DEFAULT_FIELDS = [
  "consensusTotCoverage",
  "id",
  "inputType",
  "jsonInterface",
  "minConsensusSize",
  "reviewCoverage",
  "roles.id",
  "roles.role",
  "roles.user.email",
  "roles.user.id",
  "title",
] as const;

/** The fields of a project that are read when none are named. */
export type DefaultProjectField = (typeof DEFAULT_FIELDS)[number];

/** Conditions on projects, which must all hold. Times are ISO 8601. */
export interface ProjectConditions {
  /** The plugin's own project by default; null for all of them, which needs `kili_projects = ["*"]`. */
  readonly projectId?: string | null;
  readonly archived?: boolean;
  readonly createdAtGte?: string;
  readonly createdAtLte?: string;
  readonly searchQuery?: string;
  readonly starred?: boolean;
  readonly updatedAtGte?: string;
  readonly updatedAtLte?: string;
}

/** Which projects to read, and what of them. */
export interface ProjectsQuery<Field extends string = DefaultProjectField> extends ProjectConditions, PageOptions {
  /** What to read of each, dotted where it is nested; a few common ones by default. */
  readonly fields?: readonly Field[];
}

/** Reads projects with the fields that were asked for. */
export function queryProjects<Field extends string>(
  caller: KiliCaller,
  query: ProjectsQuery<Field>,
): Rows<Selected<ProjectNode, Field>> {
  return queryRows(caller, {
    ...listOf("projects", "ProjectWhere", toProjectWhere(caller.projectId, query)),
    fields: query.fields ?? DEFAULT_FIELDS,
    page: query,
  });
}

/** The conditions as Kili's `ProjectWhere`. */
export function toProjectWhere(ownProjectId: string, conditions: ProjectConditions): Record<string, unknown> {
  const { projectId = ownProjectId } = conditions;
  return toWhere({
    id: projectId ?? undefined,
    archived: conditions.archived,
    createdAtGte: conditions.createdAtGte,
    createdAtLte: conditions.createdAtLte,
    searchQuery: conditions.searchQuery,
    starred: conditions.starred,
    updatedAtGte: conditions.updatedAtGte,
    updatedAtLte: conditions.updatedAtLte,
  });
}
