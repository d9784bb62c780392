// kili.projectUsers: the members of a project.
import type { KiliCaller } from "./call-kili.ts";
import type { ProjectUserNode } from "./kili-nodes.ts";
import { listOf } from "./list-of.ts";
import { queryRows, type PageOptions } from "./query-rows.ts";
import type { Rows } from "./rows.ts";
import type { FieldOf, Selected } from "./selected.ts";
import { toWhere } from "./to-where.ts";

/** A field of a project's member, dotted where it is nested. */
export type ProjectUserField = FieldOf<ProjectUserNode>;

const DEFAULT_FIELDS = ["activated", "id", "role", "starred", "user.email", "user.id", "status"] as const;

/** The fields of a member that are read when none are named. */
export type DefaultProjectUserField = (typeof DEFAULT_FIELDS)[number];

/** Which members to read, and what of them. All conditions must hold. */
export interface ProjectUsersQuery<Field extends string = DefaultProjectUserField> extends PageOptions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly email?: string;
  /** Of the membership, not of the user. */
  readonly id?: string;
  readonly status?: "ACTIVATED" | "ORG_ADMIN" | "ORG_SUSPENDED";
  /** What to read of each, dotted where it is nested; a few common ones by default. */
  readonly fields?: readonly Field[];
}

/** Reads members with the fields that were asked for. */
export function queryProjectUsers<Field extends string>(
  caller: KiliCaller,
  query: ProjectUsersQuery<Field>,
): Rows<Selected<ProjectUserNode, Field>> {
  const { email, id, projectId = caller.projectId, status } = query;
  const where = toWhere({ id, status, deleted: false, project: { id: projectId }, user: { email } });
  return queryRows(caller, {
    ...listOf("projectUsers", "ProjectUserWhere", where),
    fields: query.fields ?? DEFAULT_FIELDS,
    page: query,
  });
}
