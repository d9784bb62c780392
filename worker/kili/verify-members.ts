// Finds out whether assets, labels and issues are in the projects a plugin may act on, where only their ids are known:
// by asking Kili for those of them that are in a project. Decides nothing else.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_KILI_LOOK_UPS } from "../limits.ts";
import type { KnownMembers } from "./known-members.ts";
import type { Member, MemberKind } from "./project-targets.ts";

export type MembersFailure<Failure> =
  | { readonly reason: "foreign_member"; readonly member: Member }
  | { readonly reason: "too_many_look_ups"; readonly limit: number }
  | { readonly reason: "look_up_failed"; readonly failure: Failure };

/** Sends one query to Kili. */
type Ask<Failure> = (text: string, variables: object) => Promise<Result<Record<string, unknown>, Failure>>;

interface LookUp {
  readonly text: string;
  readonly toWhere: (ids: readonly string[], projectId: string) => object;
  /** Ids that one query takes. */
  readonly most: number;
}

const BY_ID_IN = (ids: readonly string[], projectId: string) => ({ idIn: ids, project: { id: projectId } });

const LOOK_UPS: Readonly<Record<MemberKind, LookUp>> = {
  asset: { text: listIds("assets", "AssetWhere"), toWhere: BY_ID_IN, most: 100 },
  label: { text: listIds("labels", "LabelWhere"), toWhere: BY_ID_IN, most: 100 },
  // Kili finds issues by one id only.
  issue: {
    text: listIds("issues", "IssueWhere"),
    toWhere: (ids, projectId) => ({ id: ids[0], project: { id: projectId } }),
    most: 1,
  },
};

/** Fails on the first of `members` that is in none of the projects. What is found out is remembered in `known`. */
export async function verifyMembers<Failure>(
  members: readonly Member[],
  projects: readonly string[],
  known: KnownMembers,
  ask: Ask<Failure>,
): Promise<Result<null, MembersFailure<Failure>>> {
  const foreign = members.find((member) => {
    const projectId = known.projectOf(member);
    return projectId !== null && !projects.includes(projectId);
  });
  if (foreign !== undefined) return fail({ reason: "foreign_member", member: foreign });
  let left = MAX_KILI_LOOK_UPS;
  for (const projectId of projects) {
    for (const kind of ["asset", "label", "issue"] as const) {
      const unknown = members.filter((member) => member.kind === kind && known.projectOf(member) === null);
      const { most, text, toWhere } = LOOK_UPS[kind];
      for (let start = 0; start < unknown.length; start += most) {
        if (left === 0) return fail({ reason: "too_many_look_ups", limit: MAX_KILI_LOOK_UPS });
        left -= 1;
        const ids = unknown.slice(start, start + most).map(({ id }) => id);
        const found = await ask(text, { where: toWhere(ids, projectId), first: most, skip: 0 });
        if (!found.ok) return fail({ reason: "look_up_failed", failure: found.failure });
        for (const id of foundIds(found.value)) if (ids.includes(id)) known.remember({ kind, id }, projectId);
      }
    }
  }
  const missing = members.find((member) => known.projectOf(member) === null);
  return missing === undefined ? ok(null) : fail({ reason: "foreign_member", member: missing });
}

function listIds(field: string, whereType: string): string {
  return `query ($where: ${whereType}!, $first: PageSize!, $skip: Int!) {
  data: ${field}(where: $where, first: $first, skip: $skip) { id }
}`;
}

function foundIds({ data }: Record<string, unknown>): string[] {
  const rows = Array.isArray(data) ? (data as { readonly id?: unknown }[]) : [];
  return rows.flatMap(({ id }) => (typeof id === "string" ? [id] : []));
}
