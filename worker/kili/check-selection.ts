// Checks what an operation reaches below its root fields. Kili's types lead into each other, and from a label's author
// to everything that author can see: a plugin gets as far as the things of a project, and no further.
import type { FieldNode } from "graphql";
import { collectFields, type Fragments } from "./walk-selections.ts";

/** The types of Kili's that lead on, each with its fields that do, and where they lead. "end" is any that does not. */
const LEADS_TO = {
  asset: {
    issues: "issue",
    labels: "label",
    latestLabel: "label",
    latestLabels: "label",
    pageResolutions: "end",
    project: "project",
    resolution: "end",
  },
  comment: { author: "end" },
  end: {},
  issue: { author: "end", comments: "comment" },
  label: { author: "end", labelOf: "asset", reviewedLabel: "label" },
  member: { user: "end" },
  outcome: { declined: "end", failed: "end", succeeded: "end" },
  project: { roles: "member" },
} as const satisfies Record<string, Record<string, string>>;

type KiliType = keyof typeof LEADS_TO;

const ROOTS: ReadonlyMap<string, KiliType> = new Map<string, KiliType>([
  ["addAllLabeledAssetsToReview", "project"],
  ["addAssetsToReview", "outcome"],
  ["appendManyLabels", "label"],
  ["assets", "asset"],
  ["assignAssets", "outcome"],
  ["assignAssetsToLabelers", "asset"],
  ["createIssues", "issue"],
  ["issues", "issue"],
  ["labels", "label"],
  ["projectUsers", "member"],
  ["projects", "project"],
  ["sendAssetsBackToQueue", "outcome"],
  ["sendBackAssetsToQueue", "project"],
  ["setAssetsPriority", "outcome"],
  ["skipAsset", "asset"],
  ["updatePropertiesInAssets", "asset"],
  ["updatePropertiesInIssue", "issue"],
  ["updatePropertiesInProject", "project"],
]);

/** Kili has had a user's API key among their fields. No plugin is to see what may be one. */
const SECRET = /api_?key|passw|secret|token/i;

/** The first field, as a path from its root field, that plugins may not reach; null if there is none. */
export function findForbidden(root: FieldNode, fragments: Fragments): string | null {
  const name = root.name.value;
  return visit(root, ROOTS.get(name) ?? "end", name, fragments);
}

function visit(field: FieldNode, type: KiliType | undefined, path: string, fragments: Fragments): string | null {
  if (field.selectionSet === undefined) return null;
  if (type === undefined) return path;
  for (const child of collectFields(field.selectionSet, fragments)) {
    const name = child.name.value;
    const childPath = `${path}.${name}`;
    if (SECRET.test(name)) return childPath;
    // An argument below the root would be a filter, and a filter a way around the ones that are checked.
    if ((child.arguments?.length ?? 0) > 0) return childPath;
    const leads: Readonly<Record<string, KiliType>> = LEADS_TO[type];
    const forbidden = visit(child, Object.hasOwn(leads, name) ? leads[name] : undefined, childPath, fragments);
    if (forbidden !== null) return forbidden;
  }
  return null;
}
