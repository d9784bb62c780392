// What an operation is about, by its arguments: the projects it names, and the assets, labels and issues it names
// without saying whose they are.
import type { FieldNode } from "graphql";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliOperation } from "./check-operation.ts";
import type { Json } from "./plain-variables.ts";
import { idOf, idsOf, itemsOf, memberOf } from "./read-json.ts";
import { resolveArguments, type Arguments } from "./resolve-arguments.ts";

export type MemberKind = "asset" | "label" | "issue";

/** Something in a project, by its id. */
export interface Member {
  readonly kind: MemberKind;
  readonly id: string;
}

export interface Targets {
  readonly projects: readonly string[];
  readonly members: readonly Member[];
}

/** `wanted` is where the field would have to say it. */
export interface NoProject {
  readonly reason: "no_project";
  readonly field: string;
  readonly wanted: string;
}

/** Null: the field does not say what it is about. */
type Rule = { readonly wanted: string; readonly read: (given: Arguments) => Targets | null };

const NOTHING: Targets = { projects: [], members: [] };

const BY_PROJECT: Rule = { wanted: "where.project.id", read: ({ where }) => inProject(projectIn(where)) };
const BY_ID: Rule = { wanted: "where.id", read: ({ where }) => inProject(idOf(memberOf(where, "id"))) };
const BY_ASSETS: Rule = {
  wanted: "where.id, where.idIn or where.project.id",
  read: ({ where }) => allOf(itemsOf(where).map(assetsIn)),
};
const ONE_ASSET: Rule = {
  wanted: "projectId and assetId",
  read: ({ projectId, assetId }) =>
    allOf([inProject(idOf(projectId)), { projects: [], members: members("asset", [assetId]) }]),
};

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["assets", BY_PROJECT],
  ["countAssets", BY_PROJECT],
  ["issues", BY_PROJECT],
  ["countIssues", BY_PROJECT],
  ["labels", BY_PROJECT],
  ["countLabels", BY_PROJECT],
  ["projectUsers", BY_PROJECT],
  ["countProjectUsers", BY_PROJECT],
  ["projects", BY_ID],
  ["countProjects", BY_ID],
  ["updatePropertiesInProject", BY_ID],
  ["addAllLabeledAssetsToReview", BY_ASSETS],
  ["addAssetsToReview", BY_ASSETS],
  ["assignAssets", BY_ASSETS],
  ["assignAssetsToLabelers", BY_ASSETS],
  ["sendAssetsBackToQueue", BY_ASSETS],
  ["sendBackAssetsToQueue", BY_ASSETS],
  ["setAssetsPriority", BY_ASSETS],
  ["skipAsset", BY_ASSETS],
  ["updatePropertiesInAssets", BY_ASSETS],
  // Kili looks for an external id, which may stand instead of the id, in the project that is given.
  ["setAssetConsensus", ONE_ASSET],
  ["unskipAsset", ONE_ASSET],
  ["events", { wanted: "where.projectId", read: ({ where }) => inProject(idOf(memberOf(where, "projectId"))) }],
  [
    "createIssues",
    {
      wanted: "where.project.id",
      read: ({ issues, where }) =>
        allOf([
          inProject(projectIn(where)),
          {
            projects: [],
            members: [...members("asset", collect(issues, "assetId")), ...members("label", collect(issues, "labelID"))],
          },
        ]),
    },
  ],
  [
    "updatePropertiesInIssue",
    {
      wanted: "where.id",
      read: ({ where }) => {
        const issues = members("issue", [memberOf(where, "id")]);
        return issues.length === 0 ? null : { projects: projectsIn(where), members: issues };
      },
    },
  ],
  [
    "appendManyLabels",
    {
      wanted: "data.labelsData.assetID and where",
      read: ({ data, where }) => {
        const labels = memberOf(data, "labelsData");
        const added = [
          ...members("asset", collect(labels, "assetID")),
          ...members("label", collect(labels, "referencedLabelId")),
        ];
        return added.length === 0 ? null : allOf([assetsIn(where ?? null), { projects: [], members: added }]);
      },
    },
  ],
  ["deleteLabels", { wanted: "ids", read: ({ ids }) => ({ projects: [], members: members("label", itemsOf(ids)) }) }],
  // Goes to a user, and is about no project.
  ["createNotification", { wanted: "data", read: () => NOTHING }],
]);

/** The targets of one root field. */
export function projectTargets(
  operation: Pick<KiliOperation, "definition">,
  field: FieldNode,
  variables: Arguments,
): Result<Targets, NoProject> {
  const name = field.name.value;
  const rule = RULES.get(name);
  if (rule === undefined) throw new Error(`No project rule for "${name}": every field of KILI_ROOT_FIELDS needs one`);
  const given = resolveArguments(operation, field, variables);
  // What might be an alternative to the conditions that are read here is not believed.
  const targets = hasOperators(given["where"] ?? null) ? null : rule.read(given);
  return targets === null ? fail({ reason: "no_project", field: name, wanted: rule.wanted }) : ok(targets);
}

function inProject(id: string | null): Targets | null {
  return id === null ? null : { projects: [id], members: [] };
}

/** `project: { id }`, and nothing beside the id that could mean another one. */
function projectIn(where: Json | undefined): string | null {
  const project = memberOf(where, "project");
  if (typeof project !== "object" || project === null || Object.keys(project).length !== 1) return null;
  return idOf(memberOf(project, "id"));
}

function projectsIn(where: Json | undefined): readonly string[] {
  return idsOf(projectIn(where));
}

/** The assets of one `AssetWhere`; null if it names neither assets nor a project that can be checked. */
function assetsIn(where: Json): Targets | null {
  const named = members("asset", [memberOf(where, "id"), ...itemsOf(memberOf(where, "idIn"))]);
  const project = memberOf(where, "project");
  const projects = projectsIn(where);
  if (project !== undefined && project !== null && projects.length === 0) return null;
  return named.length === 0 && projects.length === 0 ? null : { projects, members: named };
}

function allOf(all: readonly (Targets | null)[]): Targets | null {
  const given = all.filter((targets) => targets !== null);
  if (given.length < all.length || given.length === 0) return null;
  return {
    projects: given.flatMap((targets) => targets.projects),
    members: given.flatMap((targets) => targets.members),
  };
}

function collect(items: Json | undefined, key: string): readonly (Json | undefined)[] {
  return itemsOf(items).map((item) => memberOf(item, key));
}

function members(kind: MemberKind, ids: readonly (Json | undefined)[]): Member[] {
  return ids.flatMap((value) => {
    const id = idOf(value);
    return id === null ? [] : [{ kind, id }];
  });
}

function hasOperators(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => (!Array.isArray(value) && /^(?:and|or|not)$/i.test(key)) || hasOperators(inner),
  );
}
