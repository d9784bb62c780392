// The Kili client the whole way: a plugin in its isolate, the door, the budget, HTTP, and the double of Kili, which takes
// nothing that Kili's schema and sizes would not.
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { openDoorWorker } from "../open-door-worker.ts";
import { serveKiliDouble, type ServedKiliDouble } from "../kili-double/serve-kili-double.ts";

const KEY = "a-key-nobody-may-see";
const kili = createKiliDouble(KEY);
let served: ServedKiliDouble;
let host: Miniflare;

beforeAll(async () => {
  served = await serveKiliDouble(kili);
  const bindings = { KILI_API_KEY: KEY, KILI_API_ENDPOINT: served.endpoint };
  host = await openDoorWorker(join(import.meta.dirname, "client-worker.ts"), bindings);
  const built = await buildPluginFolder(join(import.meta.dirname, "client-plugin"));
  if (built.status === "failed") throw new Error(JSON.stringify(built.problems));
  await host.dispatchFetch("http://host/", { method: "PUT", body: JSON.stringify(built.artifact) });
}, 60_000);

afterAll(async () => {
  await host?.dispose();
  await served?.close();
});

beforeEach(() => {
  kili.reset();
  seed("p", "IMAGE", ["a", "b"]);
  seed("x", "IMAGE", ["theirs"]);
});

function seed(projectId: string, inputType: string, assetIds: readonly string[]): void {
  const user = { id: "u", email: "u@example.com" };
  const roles = [{ id: "m", role: "LABELER", activated: true, user }];
  kili.state.projects.set(projectId, { id: projectId, title: projectId, inputType, jsonInterface: "{}", roles });
  for (const id of assetIds) {
    kili.state.assets.set(id, { id, externalId: id, projectId, jsonMetadata: '{"kept":1}' });
    const label = { id: `label-of-${id}`, assetId: id, labelType: "DEFAULT", jsonResponse: `{"J":{"text":"${id}"}}` };
    kili.state.labels.set(label.id, { ...label, author: user });
  }
}

interface Answer {
  readonly type: string;
  readonly result: string;
}

/** What the plugin makes of these calls. */
async function run(calls: readonly (readonly [string, ...unknown[]])[], query = ""): Promise<unknown> {
  const body = JSON.stringify({ event: "client.call", calls });
  const answer = await host.dispatchFetch(`http://host/?${query}`, { method: "POST", body });
  const outcome = (await answer.json()) as Answer;
  if (outcome.type !== "ok") throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.result);
}

const fieldsSent = () => kili.calls.flatMap(({ fields }) => fields);

describe("every operation, from an isolate to Kili", () => {
  test.each<[string, unknown, unknown]>([
    ["labels", { assetId: "a" }, [{ id: "label-of-a", jsonResponse: { J: { text: "a" } } }]],
    ["countLabels", {}, 2],
    ["assets", { assetIdIn: ["b"] }, [{ id: "b", jsonMetadata: { kept: 1 } }]],
    ["countAssets", {}, 2],
    ["projects", {}, [{ id: "p", jsonInterface: {} }]],
    ["countProjects", {}, 1],
    ["projectUsers", {}, [{ role: "LABELER", user: { email: "u@example.com" } }]],
    ["issues", {}, []],
    ["countIssues", {}, 0],
    ["events", {}, []],
    ["createIssues", { labelIds: ["label-of-a"], texts: ["t"] }, [{ id: "issue-1" }]],
    ["createQuestions", { assetIds: ["a", "b"], texts: ["t", "u"] }, [{}, {}]],
    ["sendBackToQueue", { assetIds: ["a", "b"] }, { id: "p" }],
    ["addToReview", { assetIds: ["b"] }, { id: "p" }],
    ["appendLabels", { assetIds: ["b"], jsonResponses: [{}] }, [{}]],
    ["createPredictions", { assetIds: ["b"], jsonResponses: [{}], modelName: "m" }, [{}]],
    ["deleteLabels", { labelIds: ["label-of-b"] }, ["label-of-b"]],
    ["updatePropertiesInAssets", { assetIds: ["b"], priorities: [3] }, [{ id: "b" }]],
    ["addMetadata", { assetIds: ["b"], jsonMetadata: [{ more: 2 }] }, [{ id: "b" }]],
    ["setMetadata", { assetIds: ["b"], jsonMetadata: [{}] }, [{ id: "b" }]],
    ["updatePriority", { assetIds: ["a", "b"], priorities: [1, 2] }, [{ id: "a" }, { id: "b" }]],
    ["assignAssetsToLabelers", { assetIds: ["a"], toBeLabeledBy: [["u"]] }, [{ id: "a" }]],
    ["skipAsset", { assetId: "a", reason: "dark" }, { id: "a" }],
    ["unskipAsset", { assetId: "a" }, null],
    ["updatePropertiesInProject", { title: "New" }, { id: "p" }],
    ["createNotification", { message: "m", userId: "u" }, {}],
  ])("%s(%o)", async (method, argument, expected) => {
    const [result] = (await run([[method, argument]])) as unknown[];
    if (expected === null || typeof expected === "number") expect(result).toBe(expected);
    else expect(result).toMatchObject(expected as object);
    expect(kili.calls.every(({ authorization }) => authorization === `X-API-Key: ${KEY}`)).toBe(true);
  });

  test("updateIssueStatus and graphql, on what was made before", async () => {
    const created = (await run([["createIssues", { labelIds: ["label-of-a"], texts: ["t"] }]])) as { id: string }[][];
    const issueId = created[0]?.[0]?.id ?? "";
    await run([["updateIssueStatus", { issueId, status: "SOLVED" }]]);
    expect(kili.state.issues.get(issueId)).toMatchObject({ status: "SOLVED", assetId: "a" });
    const document = "query ($w: IssueWhere!) { solved: countIssues(where: $w) }";
    expect(await run([["graphql", document, { w: { project: { id: "p" }, status: "SOLVED" } }]])).toEqual([
      { solved: 1 },
    ]);
  });

  test("graphql sends what Kili's SDK sends since 26.2, and gives each asset's outcome", async () => {
    kili.state.assets.set("shut", { id: "shut", externalId: "shut", projectId: "p", outcome: "failed" });
    const each = "{ succeeded { assetId externalId } declined { assetId externalId } failed { assetId details } }";
    const where = { idIn: ["a", "shut"] };
    const outcome = {
      data: {
        succeeded: [{ assetId: "a", externalId: "a" }],
        declined: [],
        failed: [{ assetId: "shut", details: "the asset is locked" }],
      },
    };
    const answers = await run([
      ["graphql", `mutation ($where: AssetWhere!) { data: sendAssetsBackToQueue(where: $where) ${each} }`, { where }],
      ["graphql", `mutation ($where: AssetWhere!) { data: addAssetsToReview(where: $where) ${each} }`, { where }],
      [
        "graphql",
        `mutation assignAssets($where: AssetWhere!, $userIds: [String!]!) { data: assignAssets(where: $where, userIds: $userIds) ${each} }`,
        { where, userIds: ["u"] },
      ],
      [
        "graphql",
        `mutation ($where: AssetWhere!, $priority: Int!) { data: setAssetsPriority(where: $where, priority: $priority) ${each} }`,
        { where, priority: 4 },
      ],
    ]);
    expect(answers).toEqual([outcome, outcome, outcome, outcome]);
    expect(kili.state.assets.get("a")).toMatchObject({ status: "TO_REVIEW", toBeLabeledBy: ["u"], priority: 4 });
    const others = "mutation ($where: AssetWhere!) { data: addAssetsToReview(where: $where) { declined { assetId } } }";
    expect(await run([["graphql", others, { where: { idIn: ["theirs"] } }]])).toMatchObject({ name: "NotCapable" });
    const past = "mutation { addAssetsToReview(where: {}) { succeeded { assetId { project { id } } } } }";
    expect(await run([["graphql", past]])).toMatchObject({ name: "NotCapable" });
  });

  test("long lists come in the pages, and long writes in the batches that Kili takes", async () => {
    const many = Array.from({ length: 130 }, (_, index) => `asset-${index}`);
    seed("p", "IMAGE", many);
    const [labels, changed] = (await run([
      ["labels", { fields: ["id"] }],
      ["updatePriority", { assetIds: many, priorities: many.map(() => 1) }],
    ])) as unknown[][];
    expect(labels).toHaveLength(132);
    expect(changed).toHaveLength(130);
    expect(fieldsSent().filter((field) => field === "labels")).toHaveLength(2);
    expect(fieldsSent().filter((field) => field === "updatePropertiesInAssets")).toHaveLength(2);
  });
});

describe("contents behind URLs", () => {
  test.each(["VIDEO", "GEOSPATIAL", "LLM_RLHF"])("of %s projects are fetched, in pages of their size", async (type) => {
    // The host remembers what kind a project is, so each kind gets one of its own.
    const many = Array.from({ length: 25 }, (_, index) => `${type}-${index}`);
    seed(type, type, many);
    const fields = ["id", "labels.jsonResponse"];
    const [labels, assets] = (await run(
      [
        ["labels", { projectId: type, fields: ["id", "jsonResponse"] }],
        ["assets", { projectId: type, fields }],
      ],
      `project=${type}`,
    )) as Record<string, unknown>[][];
    expect(labels).toHaveLength(25);
    expect(labels?.at(-1)).toEqual({ id: `label-of-${type}-24`, jsonResponse: { J: { text: `${type}-24` } } });
    expect(assets?.at(-1)).toMatchObject({ labels: [{ jsonResponse: { J: { text: `${type}-24` } } }] });
  });
});

describe("what is not a plugin's", () => {
  test("another project, by its id and by an asset's", async () => {
    expect(await run([["labels", { projectId: "x" }]])).toMatchObject({ name: "NotCapable" });
    expect(await run([["sendBackToQueue", { assetIds: ["theirs"] }]])).toMatchObject({ name: "NotCapable" });
    expect(kili.state.assets.get("theirs")).not.toHaveProperty("status");
    expect(await run([["sendBackToQueue", { assetIds: ["theirs"] }]], "project=x")).toEqual([{ id: "x" }]);
  });

  test("Kili's own words arrive with operation, path and code", async () => {
    kili.fail({ times: 1, message: "[assetNotFound] there is no such asset" });
    expect(await run([["addToReview", { assetIds: ["a"] }]])).toEqual({
      name: "KiliError",
      operation: "addAllLabeledAssetsToReview",
      code: "NotFound",
      reason: "[assetNotFound] there is no such asset",
      path: null,
    });
  });

  test("a write that got no answer is sent once, and says that nobody knows", async () => {
    kili.fail({ times: 1, status: 503 });
    expect(await run([["addToReview", { assetIds: ["a"] }]])).toMatchObject({ code: "UnknownOutcome" });
    expect(fieldsSent()).toEqual(["addAllLabeledAssetsToReview"]);
  });
});

// Last: these make everybody wait.
describe("when Kili takes no more calls", () => {
  test("a pause it asks for holds for all, and then reads and writes go on", async () => {
    kili.fail({ times: 1, status: 429, headers: { "retry-after": "1" } });
    const startedAt = Date.now();
    expect(await run([["addToReview", { assetIds: ["a"] }]])).toEqual([{ id: "p" }]);
    expect(await run([["countLabels"]])).toEqual([2]);
    expect(Date.now() - startedAt).toBeGreaterThan(900);
  });

  test("what has waited is not sent once its run is over", async () => {
    kili.fail({ times: 1, status: 429, headers: { "retry-after": "1" } });
    expect(await run([["addToReview", { assetIds: ["a"] }]], "run=soon-over")).toMatchObject({ code: "RateLimited" });
    expect(fieldsSent()).toEqual(["addAllLabeledAssetsToReview"]);
  });

  test("a run whose time is up before says so", async () => {
    kili.fail({ times: 1, status: 429, headers: { "retry-after": "60" } });
    expect(await run([["countLabels"]], "timeout=2000")).toMatchObject({ code: "RateLimited" });
    expect(await run([["countLabels"]], "timeout=2000")).toMatchObject({ code: "RateLimited" });
    expect(kili.calls).toHaveLength(1);
  });
});
