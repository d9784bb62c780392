// The SDK's client, the door's checks and the double of Kili, one after the other: what the SDK writes is what the
// table of scopes knows and what Kili's schema takes.
import { describe, expect, test } from "vitest";
import { createKili } from "../../plugins/sdk/create-kili.ts";
import type { Kili } from "../../plugins/sdk/kili.ts";
import { callKili } from "../../worker/execute/call-kili.ts";
import { createKiliDouble, type KiliDouble } from "../kili-double/kili-double.ts";

/** A plugin's client with these scopes, on a host with a key or without. */
function clientWith(scopes: readonly string[], keyed = true): { kili: Kili; double: KiliDouble } {
  const double = createKiliDouble("key");
  double.state.projects.set("p", { id: "p", title: "Demo", jsonInterface: '{"jobs":{}}', roles: [] });
  double.state.assets.set("a", { id: "a", externalId: "a.png", projectId: "p", status: "LABELED" });
  double.state.labels.set("l", {
    id: "l",
    assetId: "a",
    labelType: "DEFAULT",
    jsonResponse: '{"JOB_0":{"annotations":[]}}',
    author: { id: "u", email: "u@example.com" },
  });
  const send = (document: string, variables: Record<string, unknown>) =>
    callKili({ kiliScopes: scopes, projectId: "p" }, document, variables, {
      run: { begin: async () => ({ type: "allowed" }), end: async () => {}, refused: async () => {} },
      upstream: keyed ? { endpoint: "https://kili.example/graphql", apiKey: "key" } : null,
      fetch: (url, init) => double.handle(new Request(url, { ...init, signal: null })),
      sleep: async () => {},
      now: () => 0,
      random: () => 0,
      newId: () => "dry-run",
    });
  return { kili: createKili(send, "p"), double };
}

const CALLS: readonly [string, (kili: Kili) => Promise<unknown>, readonly string[], unknown][] = [
  [
    "labels",
    (kili) => kili.labels({ assetId: "a" }),
    ["labels:read"],
    [{ id: "l", jsonResponse: { JOB_0: { annotations: [] } } }],
  ],
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
];

describe.each(CALLS)("kili.%s", (_, call, scopes, expected) => {
  test("with its scopes it reaches Kili, whose schema takes it", async () => {
    expect(await call(clientWith(scopes).kili)).toMatchObject(expected as object);
  });

  test.each(scopes)("without %s it is NotCapable", async (missing) => {
    const { kili, double } = clientWith(["events:*", ...scopes.filter((scope) => scope !== missing)]);
    await expect(call(kili)).rejects.toMatchObject({
      name: "NotCapable",
      message: `Requires kili access to "${missing}": add it to [permissions] kili in plugin.toml`,
    });
    expect(double.state.issues.size).toBe(0);
  });

  test("without a key a write is answered, and a read refused", async () => {
    const { kili, double } = clientWith(scopes, false);
    const reads = scopes.some((scope) => scope.endsWith(":read"));
    if (reads) await expect(call(kili)).rejects.toMatchObject({ name: "KiliError" });
    else expect(JSON.stringify(await call(kili))).toContain('"id":');
    expect(double.calls).toEqual([]);
  });
});

test("every condition and field of the SDK's queries is in the schema", async () => {
  const { kili } = clientWith(["labels:read", "projects:read"]);
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
  ] as const;
  expect(await kili.projects({ fields: projectFields })).toHaveLength(1);
});
