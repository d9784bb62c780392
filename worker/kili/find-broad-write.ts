// Finds the write that could be about everything. JSON drops an id that is undefined, and the Python client one that is
// None: what is left of `where` is the project alone, which may be every asset of it to Kili, and nothing undoes that. It
// cannot be told from a write that was meant so; who means that can say it with a condition, as `statusIn` with every
// status. Whose assets they are is not looked at here.
import type { KiliOperation } from "./check-operation.ts";
import type { OperationRefusal } from "./describe-operation-failure.ts";
import type { Json } from "./plain-variables.ts";
import { namedIds } from "./read-json.ts";
import { resolveArguments, type Arguments } from "./resolve-arguments.ts";

/** What a root field does not say, and what it would have to; null if it says what it is about. */
type Rule = (given: Arguments) => readonly [found: string, wanted: string] | null;

const ASSETS: Rule = ({ where }) =>
  findIn(where, "assets", "where.id, where.idIn or a condition such as where.statusIn");

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["addAllLabeledAssetsToReview", ASSETS],
  ["addAssetsToReview", ASSETS],
  ["assignAssets", ASSETS],
  ["assignAssetsToLabelers", ASSETS],
  ["sendAssetsBackToQueue", ASSETS],
  ["sendBackAssetsToQueue", ASSETS],
  ["setAssetsPriority", ASSETS],
  ["skipAsset", ASSETS],
  ["updatePropertiesInAssets", ASSETS],
  ["updatePropertiesInIssue", ({ where }) => findIn(where, "issues", "where.id")],
  ["updatePropertiesInProject", ({ where }) => findIn(where, "projects", "where.id")],
  [
    "setAssetConsensus",
    ({ assetId, externalId }) => (isSaid(assetId) || isSaid(externalId) ? null : ["no asset", "assetId or externalId"]),
  ],
  ["unskipAsset", ({ assetId }) => (isSaid(assetId) ? null : ["no asset", "assetId"])],
  // What these are about is in a list of their own, and without one they do nothing.
  ["appendManyLabels", () => null],
  ["createIssues", () => null],
  ["createNotification", () => null],
  ["deleteLabels", () => null],
]);

/** Why the mutation may not be sent; null if each of its root fields says what it is about. */
export function findBroadWrite(
  operation: Pick<KiliOperation, "definition" | "fields">,
  variables: Arguments,
): OperationRefusal | null {
  for (const field of operation.fields) {
    const name = field.name.value;
    const rule = RULES.get(name);
    if (rule === undefined)
      throw new Error(`No word on breadth for "${name}": every write of KILI_ROOT_FIELDS needs one`);
    const broad = rule(resolveArguments(operation, field, variables));
    if (broad === null) continue;
    const [found, wanted] = broad;
    return { name: "KiliError", message: `Cannot call "${name}": found ${found}, wanted ${wanted}`, wanted: null };
  }
  return null;
}

/** Of a list, each must say what it is about; an empty one is about nothing. */
function findIn(where: Json | undefined, things: string, wanted: string): ReturnType<Rule> {
  for (const one of Array.isArray(where) ? (where as readonly Json[]) : [where]) {
    const asksForIds = hasMember(one, "id") || hasMember(one, "idIn");
    // Whatever else it says, it was to be about these.
    if (asksForIds && !namedIds(one).some((id) => id !== "")) return [`no id where "where" asks for one`, wanted];
    if (!asksForIds && !saysMoreThanProject(one))
      return [`nothing in "where" about ${things}, which could be all of them`, wanted];
  }
  return null;
}

function hasMember(value: Json | undefined, key: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function saysMoreThanProject(where: Json | undefined): boolean {
  if (typeof where !== "object" || where === null) return false;
  return Object.entries(where).some(([key, value]) => key !== "project" && isSaid(value));
}

/** False for what leaves a condition out: null, and what has nothing else in it. */
function isSaid(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.values(value).some((inner) => isSaid(inner));
}
