// Says in words what a write to Kili does, by its arguments as Kili will see them. Whether it was done is the caller's to
// say: each root field is a verb, in two forms, and what it is done to.
import type { KiliOperation } from "./check-operation.ts";
import { describeOutcome, type Outcome } from "./describe-outcome.ts";
import type { Json } from "./plain-variables.ts";
import { idOf, idsOf, itemsOf, memberOf, namedIds } from "./read-json.ts";
import { resolveArguments, type Arguments } from "./resolve-arguments.ts";

export interface WritePhrase {
  /** As in "would open". */
  readonly verb: string;
  /** As in "opened". */
  readonly done: string;
  readonly object: string;
  /** What Kili left undone of it, where its answer says so. */
  readonly outcome?: Outcome | null;
}

type Describe = (given: Arguments) => readonly [verb: string, done: string, object: string];

const WRITES: ReadonlyMap<string, Describe> = new Map<string, Describe>([
  [
    "createIssues",
    ({ issues }) => {
      const kind = itemsOf(issues).every((issue) => memberOf(issue, "type") === "QUESTION") ? "question" : "issue";
      return ["open", "opened", `${count(itemsOf(issues), kind)} on ${named("asset", each(issues, "assetId"))}`];
    },
  ],
  [
    "appendManyLabels",
    ({ data }) => {
      const labels = memberOf(data, "labelsData");
      return ["add", "added", `${count(itemsOf(labels), "label")} to ${named("asset", each(labels, "assetID"))}`];
    },
  ],
  ["createNotification", () => ["send", "sent", "a notification"]],
  ["deleteLabels", ({ ids }) => ["delete", "deleted", named("label", idsOf(ids))]],
  [
    "updatePropertiesInIssue",
    ({ data, where }) => {
      const status = idOf(memberOf(data, "status"));
      const issue = named("issue", namedIds(where));
      return status === null ? ["change", "changed", issue] : ["set", "set", `${issue} to ${status}`];
    },
  ],
  [
    "updatePropertiesInProject",
    ({ data, where }) => ["change", "changed", `${keysOf(data)} of ${named("project", namedIds(where))}`],
  ],
  [
    "updatePropertiesInAssets",
    ({ data, where }) => {
      const keys = itemsOf(data).flatMap((item) => keysIn(item));
      return ["change", "changed", `${listed(keys)} of ${named("asset", itemsOf(where).flatMap(namedIds))}`];
    },
  ],
  ["assignAssets", assign],
  ["assignAssetsToLabelers", assign],
  ["sendAssetsBackToQueue", sendBack],
  ["sendBackAssetsToQueue", sendBack],
  ["addAllLabeledAssetsToReview", sendOn],
  ["addAssetsToReview", sendOn],
  [
    "setAssetConsensus",
    ({ assetId, externalId, isConsensus }) => {
      const asset = named("asset", [...idsOf(assetId), ...idsOf(externalId)]);
      return isConsensus === false
        ? ["remove", "removed", `${asset} from consensus`]
        : ["use", "used", `${asset} for consensus`];
    },
  ],
  [
    "setAssetsPriority",
    ({ priority, where }) => ["set", "set", `the priority of ${named("asset", namedIds(where))} to ${idOf(priority)}`],
  ],
  ["skipAsset", ({ where }) => ["skip", "skipped", named("asset", namedIds(where))]],
  ["unskipAsset", ({ assetId }) => ["unskip", "unskipped", named("asset", idsOf(assetId))]],
]);

/** One phrase for each root field. `data` is Kili's answer, where there is one. */
export function describeWrite(
  operation: KiliOperation,
  variables: Arguments,
  data: Readonly<Record<string, unknown>> = {},
): WritePhrase[] {
  return operation.fields.map((field) => {
    const describe = WRITES.get(field.name.value);
    if (describe === undefined)
      throw new Error(`No words for "${field.name.value}": every write of KILI_ROOT_FIELDS needs some`);
    const [verb, done, object] = describe(resolveArguments(operation, field, variables));
    return { verb, done, object, outcome: describeOutcome(operation, field, data) };
  });
}

function assign({ userIds, where }: Arguments): ReturnType<Describe> {
  return ["assign", "assigned", `${named("asset", namedIds(where))} to ${count(itemsOf(userIds), "user")}`];
}

function sendBack({ where }: Arguments): ReturnType<Describe> {
  return ["send", "sent", `${named("asset", namedIds(where))} back to the queue`];
}

function sendOn({ where }: Arguments): ReturnType<Describe> {
  return ["send", "sent", `${named("asset", namedIds(where))} on to review`];
}

function each(items: Json | undefined, key: string): readonly string[] {
  return itemsOf(items).flatMap((item) => idsOf(memberOf(item, key)));
}

function keysIn(value: Json): readonly string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function keysOf(value: Json | undefined): string {
  return listed(value === undefined ? [] : keysIn(value));
}

function listed(words: readonly string[]): string {
  return [...new Set(words)].join(", ") || "nothing";
}

function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? "" : "s"}`;
}

/** "asset a", "assets a and b", "assets a, b and 3 more". */
function named(noun: string, ids: readonly string[]): string {
  const [first, second, ...others] = [...new Set(ids)];
  if (first === undefined) return `${noun}s that are not named`;
  if (second === undefined) return `${noun} ${first}`;
  if (others.length === 0) return `${noun}s ${first} and ${second}`;
  return `${noun}s ${first}, ${second} and ${others.length} more`;
}
