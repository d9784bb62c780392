// The SDK's client, the door's checks and the double of Kili, one after the other: what the SDK writes is what the
// table of scopes knows and what Kili's schema takes.
import { describe, expect, test } from "vitest";
import { createKili } from "../../plugins/sdk/create-kili.ts";
import type { Kili } from "../../plugins/sdk/kili.ts";
import { callKili } from "../../worker/execute/call-kili.ts";
import { callDeps } from "../execute/call-deps.ts";
import { createKiliDouble, type KiliDouble } from "../kili-double/kili-double.ts";

const PROPS = { assetId: "a", labelId: "l", projectId: "p", deliveryId: "delivery", kiliProjects: ["p"] };

const WRITTEN = /^(?:create|update|delete|append|add|assign|skip|unskip|send)/;

const MEMBER = {
  id: "m",
  role: "LABELER",
  activated: true,
  starred: false,
  status: "ACTIVATED",
  user: { id: "u", email: "u@example.com" },
};

/** A plugin's client with these scopes, on a host with a key or without. */
function clientWith(scopes: readonly string[], keyed = true): { kili: Kili; double: KiliDouble } {
  const double = createKiliDouble("key");
  double.state.projects.set("p", { id: "p", title: "Demo", jsonInterface: '{"jobs":{}}', roles: [MEMBER] });
  double.state.assets.set("a", { id: "a", externalId: "a.png", projectId: "p", status: "LABELED" });
  double.state.labels.set("l", {
    id: "l",
    assetId: "a",
    labelType: "DEFAULT",
    jsonResponse: '{"JOB_0":{"annotations":[]}}',
    author: { id: "u", email: "u@example.com" },
  });
  double.state.issues.set("i", { id: "i", assetId: "a", type: "ISSUE", status: "OPEN", comments: [] });
  double.state.events.push({ id: "e", event: "labels.created.submit", createdAt: "2026-11-01", projectId: "p" });
  const deps = callDeps(double, keyed ? "key" : null);
  const send = (document: string, variables: Record<string, unknown>) =>
    callKili({ ...PROPS, kiliScopes: scopes }, document, variables, deps);
  return { kili: createKili(send, "p"), double };
}

const CALLS: readonly [string, (kili: Kili) => Promise<unknown>, readonly string[], unknown][] = [
  [
    "labels",
    (kili) => kili.labels({ assetId: "a" }),
    ["labels:read"],
    [{ id: "l", jsonResponse: { JOB_0: { annotations: [] } } }],
  ],
  ["countLabels", (kili) => kili.countLabels({ typeIn: ["DEFAULT"] }), ["labels:read"], 1],
  ["assets", (kili) => kili.assets(), ["assets:read"], [{ id: "a", externalId: "a.png", jsonMetadata: {} }]],
  ["countAssets", (kili) => kili.countAssets({ statusIn: ["TODO"] }), ["assets:read"], 0],
  ["countProjects", (kili) => kili.countProjects({ archived: false }), ["projects:read"], 1],
  [
    "projectUsers",
    (kili) => kili.projectUsers({ status: "ACTIVATED" }),
    ["projects:read"],
    [{ role: "LABELER", user: { email: "u@example.com" } }],
  ],
  ["issues", (kili) => kili.issues({ status: "OPEN" }), ["issues:read"], [{ id: "i", assetId: "a" }]],
  ["countIssues", (kili) => kili.countIssues({ assetIdIn: ["a"] }), ["issues:read"], 1],
  ["events", (kili) => kili.events({ event: "labels.created.submit" }), ["events:read"], [{ id: "e" }]],
  ["projects", (kili) => kili.projects(), ["projects:read"], [{ id: "p", jsonInterface: { jobs: {} } }]],
  [
    "createIssues",
    (kili) => kili.createIssues({ labelIds: ["l"], texts: ["two boxes"], objectMids: ["m"], assetIds: ["a"] }),
    ["issues:write"],
    [{ id: "issue-1" }],
  ],
  [
    "createIssues without assets",
    (kili) => kili.createIssues({ labelIds: ["l"], texts: ["two boxes"] }),
    ["issues:write", "labels:read"],
    [{ id: "issue-1" }],
  ],
  ["sendBackToQueue", (kili) => kili.sendBackToQueue({ assetIds: ["a"] }), ["assets:write"], { id: "p" }],
  ["addToReview", (kili) => kili.addToReview({ assetIds: ["a"] }), ["assets:write"], { id: "p" }],
  [
    "appendLabels",
    (kili) => kili.appendLabels({ assetIds: ["a"], jsonResponses: [{}], modelName: "m", stepName: "Default" }),
    ["labels:write"],
    [{ id: "label-1" }],
  ],
  [
    "updatePropertiesInAssets",
    (kili) => kili.updatePropertiesInAssets({ assetIds: ["a"], jsonMetadatas: [{ accuracy: 1 }], priorities: [3] }),
    ["assets:write"],
    [{ id: "a" }],
  ],
  [
    "createQuestions",
    (kili) => kili.createQuestions({ assetIds: ["a"], texts: ["a van?"] }),
    ["issues:write"],
    [{ id: "issue-1" }],
  ],
  [
    "updateIssueStatus",
    (kili) => kili.updateIssueStatus({ issueId: "i", status: "SOLVED" }),
    ["issues:write"],
    { id: "i" },
  ],
  [
    "createPredictions",
    (kili) => kili.createPredictions({ assetIds: ["a"], jsonResponses: [{}], modelName: "m", overwrite: true }),
    ["labels:write"],
    [{ id: "label-1" }],
  ],
  ["deleteLabels", (kili) => kili.deleteLabels({ labelIds: ["l"] }), ["labels:write"], ["l"]],
  [
    "addMetadata",
    (kili) => kili.addMetadata({ assetIds: ["a"], jsonMetadata: [{ accuracy: 1 }] }),
    ["assets:read", "assets:write"],
    [{ id: "a" }],
  ],
  [
    "setMetadata",
    (kili) => kili.setMetadata({ assetIds: ["a"], jsonMetadata: [{ accuracy: 1 }] }),
    ["assets:write"],
    [{ id: "a" }],
  ],
  [
    "updatePriority",
    (kili) => kili.updatePriority({ assetIds: ["a"], priorities: [2] }),
    ["assets:write"],
    [{ id: "a" }],
  ],
  [
    "assignAssetsToLabelers",
    (kili) => kili.assignAssetsToLabelers({ assetIds: ["a"], toBeLabeledBy: [["u"]] }),
    ["assets:write"],
    [{ id: "a" }],
  ],
  ["skipAsset", (kili) => kili.skipAsset({ assetId: "a", reason: "too dark" }), ["assets:write"], { id: "a" }],
  [
    "unskipAsset",
    (kili) => kili.unskipAsset({ assetId: "a" }).then(() => ({ id: "a" })),
    ["assets:write"],
    { id: "a" },
  ],
  [
    "updatePropertiesInProject",
    (kili) => kili.updatePropertiesInProject({ title: "New", jsonInterface: { jobs: {} }, canSkipAsset: false }),
    ["projects:write"],
    { id: "p" },
  ],
  [
    "createNotification",
    (kili) => kili.createNotification({ message: "look", userId: "u", status: "DEFAULT", url: "/label" }),
    ["notifications:write"],
    { id: "notification-1" },
  ],
  [
    "graphql",
    (kili) => kili.graphql("query ($w: LabelWhere!) { n: countLabels(where: $w) }", { w: { project: { id: "p" } } }),
    ["labels:read"],
    { n: 1 },
  ],
];

test("every method of the client is among these", () => {
  const tried = new Set(CALLS.map(([name]) => name.replace(/ .*/, "")));
  expect(Object.keys(clientWith([]).kili).filter((method) => !tried.has(method))).toEqual([]);
});

describe.each(CALLS)("kili.%s", (_, call, scopes, expected) => {
  test("with its scopes it reaches Kili, whose schema takes it", async () => {
    expect(await call(clientWith(scopes).kili)).toMatchObject(expected as object);
  });

  test.each(scopes)("without %s it is NotCapable", async (missing) => {
    const { kili, double } = clientWith(scopes.filter((scope) => scope !== missing));
    await expect(call(kili)).rejects.toMatchObject({
      name: "NotCapable",
      message: `Requires kili access to "${missing}": add it to [permissions] kili in plugin.toml`,
    });
    expect(double.calls.filter(({ fields }) => fields.some((field) => WRITTEN.test(field)))).toEqual([]);
  });

  test("without a key a write is answered, and a read refused", async () => {
    const { kili, double } = clientWith(scopes, false);
    const reads = scopes.some((scope) => scope.endsWith(":read"));
    if (reads) await expect(call(kili)).rejects.toMatchObject({ name: "KiliError" });
    else expect(await call(kili)).toBeTruthy();
    expect(double.calls).toEqual([]);
  });
});

test("every condition and field of the SDK's queries is in the schema", async () => {
  const { kili } = clientWith(["assets:read", "events:read", "issues:read", "labels:read", "projects:read"]);
  const time = "2026-11-01T00:00:00.000Z";
  const everything = {
    projectId: "p",
    labelId: "l",
    idContains: ["l"],
    assetId: "a",
    assetExternalIdIn: ["a.png"],
    assetStatusIn: ["LABELED"],
    authorIn: ["u"],
    createdAt: time,
    createdAtGte: time,
    createdAtLte: time,
    honeypotMarkGte: 0,
    honeypotMarkLte: 1,
    typeIn: ["DEFAULT"],
    userId: "u",
  } as const;
  const labelFields = [
    "id",
    "assetId",
    "author.id",
    "author.email",
    "author.firstname",
    "author.lastname",
    "clientVersion",
    "consensusMark",
    "createdAt",
    "honeypotMark",
    "isLatestDefaultLabelForUser",
    "isLatestLabelForUser",
    "isLatestReviewLabelForUser",
    "isSentBackToQueue",
    "jsonResponse",
    "jsonResponseUrl",
    "labelOf.id",
    "labelOf.externalId",
    "labelType",
    "modelName",
    "numberOfAnnotations",
    "search",
    "secondsToLabel",
    "updatedAt",
  ] as const;
  expect(await kili.labels({ ...everything, fields: labelFields })).toHaveLength(1);
  const projectFields = [
    "id",
    "archivedAt",
    "consensusTotCoverage",
    "createdAt",
    "description",
    "inputType",
    "instructions",
    "jsonInterface",
    "minConsensusSize",
    "numberOfAssets",
    "reviewCoverage",
    "roles.id",
    "roles.role",
    "roles.user.id",
    "roles.user.email",
    "title",
    "updatedAt",
    "useHoneyPot",
  ] as const;
  const changed = { createdAtGte: time, createdAtLte: time, updatedAtGte: time, updatedAtLte: time };
  const whichProjects = { ...changed, archived: false, searchQuery: "Demo", starred: true };
  expect(await kili.projects({ ...whichProjects, fields: projectFields })).toHaveLength(1);
  const assets = await kili.assets({
    ...changed,
    assetId: "a",
    assetIdIn: ["a"],
    assetIdNotIn: [],
    assigneeIn: ["u"],
    consensusMarkGte: 0,
    consensusMarkLte: 1,
    externalIdIn: ["a.png"],
    externalIdStrictlyIn: ["a.png"],
    honeypotMarkGte: 0,
    honeypotMarkLte: 1,
    issueStatus: "OPEN",
    issueType: "ISSUE",
    labelAuthorIn: ["u"],
    labelCreatedAtGte: time,
    labelCreatedAtLte: time,
    labelTypeIn: ["DEFAULT"],
    metadataWhere: { key: "value" },
    skipped: false,
    statusIn: ["LABELED"],
    fields: [
      "id",
      "consensusMark",
      "content",
      "createdAt",
      "externalId",
      "honeypotMark",
      "inferenceMark",
      "isHoneypot",
      "isUsedForConsensus",
      "issues.id",
      "jsonContent",
      "jsonMetadata",
      "labels.jsonResponse",
      "latestLabel.jsonResponse",
      "priority",
      "skipped",
      "status",
      "updatedAt",
    ],
  });
  expect(assets).toMatchObject([
    { id: "a", labels: [{ jsonResponse: { JOB_0: {} } }], latestLabel: { jsonResponse: { JOB_0: {} } } },
  ]);
  const issueFields = [
    "id",
    "assetId",
    "author.email",
    "comments.text",
    "comments.author.email",
    "createdAt",
    "hasBeenSeen",
    "issueNumber",
    "objectMid",
    "status",
    "type",
    "updatedAt",
  ] as const;
  expect(await kili.issues({ assetId: "a", issueType: "ISSUE", fields: issueFields })).toHaveLength(1);
  const when = { createdAtGte: time, createdAtLte: time, fromEventId: "e", untilEventId: "e", order: "desc" } as const;
  expect(await kili.events({ ...when, userId: "u", fields: ["id", "organizationId", "payload"] })).toHaveLength(1);
});
