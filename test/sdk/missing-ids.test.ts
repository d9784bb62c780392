// Writes whose ids got lost, as a plugin in JavaScript or an `as string` lets them: nothing of what is left is sent.
import { expect, it } from "vitest";
import type { Kili, KiliWrites } from "kili-edge/sdk";
import { createKili } from "../../plugins/sdk/create-kili.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** Each write with what it wants, and those of its arguments that are an id or a list of them. */
const WRITES: Readonly<Record<keyof KiliWrites, readonly [given: Arguments, ids: readonly string[]]>> = {
  createIssues: [{ labelIds: ["l"], assetIds: ["a"], texts: ["t"] }, ["labelIds", "assetIds", "projectId"]],
  createQuestions: [{ assetIds: ["a"], texts: ["t"] }, ["assetIds", "projectId"]],
  updateIssueStatus: [{ issueId: "i", status: "SOLVED" }, ["issueId"]],
  sendBackToQueue: [{ assetIds: ["a"] }, ["assetIds"]],
  addToReview: [{ assetIds: ["a"] }, ["assetIds"]],
  appendLabels: [{ assetIds: ["a"], jsonResponses: [{}], authorIds: ["u"] }, ["assetIds", "authorIds", "projectId"]],
  createPredictions: [{ assetIds: ["a"], jsonResponses: [{}], modelName: "m" }, ["assetIds", "projectId"]],
  deleteLabels: [{ labelIds: ["l"] }, ["labelIds"]],
  updatePropertiesInAssets: [{ assetIds: ["a"], priorities: [1] }, ["assetIds"]],
  addMetadata: [{ assetIds: ["a"], jsonMetadata: [{}] }, ["assetIds", "projectId"]],
  setMetadata: [{ assetIds: ["a"], jsonMetadata: [{}] }, ["assetIds"]],
  updatePriority: [{ assetIds: ["a"], priorities: [1] }, ["assetIds"]],
  assignAssetsToLabelers: [{ assetIds: ["a"], toBeLabeledBy: [["u"]] }, ["assetIds"]],
  skipAsset: [{ assetId: "a", reason: "dark" }, ["assetId", "projectId"]],
  unskipAsset: [{ assetId: "a" }, ["assetId", "projectId"]],
  updatePropertiesInProject: [{ title: "t" }, ["projectId"]],
  createNotification: [{ message: "m", userId: "u" }, ["userId"]],
};

const LOST: readonly (readonly [found: string, value: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["an empty string", ""],
  ["number", 7],
  ["object", { id: "a" }],
  ["object", ["a"]],
];

function client() {
  const sent: unknown[] = [];
  const kili = createKili(async (document, variables) => {
    sent.push(variables);
    return { data: { data: document.startsWith("query") ? [{ id: "a", jsonMetadata: "{}" }] : [] } };
  }, "project-1");
  const call = (method: keyof KiliWrites, given: unknown): Promise<unknown> =>
    (kili[method] as (given: unknown) => Promise<unknown>)(given);
  return { call, kili, sent };
}

const CASES = Object.entries(WRITES).flatMap(([method, [given, ids]]) =>
  ids.map((argument) => ({ method: method as keyof KiliWrites, argument, given })),
);
const ONES = CASES.filter(({ argument }) => !argument.endsWith("Ids"));
const LISTS = CASES.filter(({ argument }) => argument.endsWith("Ids"));

/** What the write says to `value` in the place of an id; nothing may have been sent. */
async function refusal({ method, argument, given }: (typeof CASES)[number], value: unknown): Promise<string> {
  const { call, sent } = client();
  const thrown: unknown = await call(method, { ...given, [argument]: value }).catch((error: unknown) => error);
  expect(sent).toEqual([]);
  if (!(thrown instanceof TypeError)) throw new Error(`No TypeError: ${String(thrown)}`);
  return thrown.message;
}

it("every write is among these", () => {
  const reads = /^(?:labels|assets|projects|projectUsers|issues|events|graphql|count\w+)$/;
  const writes = Object.keys(client().kili satisfies Kili).filter((method) => !reads.test(method));
  expect(Object.keys(WRITES).toSorted()).toEqual(writes.toSorted());
});

it.each(Object.entries(WRITES))("%s is sent with its ids", async (method, [given]) => {
  const { call, sent } = client();
  await call(method as keyof KiliWrites, given);
  expect(sent).not.toEqual([]);
});

it.each(ONES)("$method sends nothing without its $argument", async (one) => {
  // Left out, it is the plugin's own project.
  for (const [found, value] of one.argument === "projectId" ? LOST.slice(1) : LOST)
    expect(await refusal(one, value)).toBe(
      `Cannot call ${one.method}: found ${found} as "${one.argument}", wanted an id`,
    );
});

it.each(LISTS)("$method sends nothing without each of its $argument", async (list) => {
  const { method, argument } = list;
  for (const [found, value] of LOST)
    expect(await refusal(list, ["a", value, "b"])).toBe(
      `Cannot call ${method}: found ${found} as "${argument}[1]", wanted an id`,
    );
  expect(await refusal(list, Array.from({ length: 2 }))).toContain(`found undefined as "${argument}[0]"`);
  expect(await refusal(list, "abc")).toBe(`Cannot call ${method}: found string as "${argument}", wanted a list of ids`);
});

it("a list that must be there is not taken for an empty one", async () => {
  const { call, sent } = client();
  for (const method of ["sendBackToQueue", "addToReview", "updatePropertiesInAssets", "setMetadata"] as const)
    await expect(call(method, {})).rejects.toThrow(
      `Cannot call ${method}: found undefined as "assetIds", wanted a list of ids`,
    );
  expect(sent).toEqual([]);
});

it("assignAssetsToLabelers wants the ids of users, too, and takes that there are none", async () => {
  const { call, sent } = client();
  const assign = (toBeLabeledBy: unknown) => call("assignAssetsToLabelers", { assetIds: ["a", "b"], toBeLabeledBy });
  await expect(assign([["u"], undefined])).rejects.toThrow(
    'Cannot call assignAssetsToLabelers: found undefined as "toBeLabeledBy[1]", wanted a list of ids',
  );
  await expect(assign([["u"], ["u", null]])).rejects.toThrow('found null as "toBeLabeledBy[1][1]", wanted an id');
  expect(sent).toEqual([]);
  await assign([["u"], []]);
  expect(sent).toEqual([
    { where: { id: "a" }, userIds: ["u"] },
    { where: { id: "b" }, userIds: [] },
  ]);
});
