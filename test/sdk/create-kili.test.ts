import { parse } from "graphql";
import { describe, expect, expectTypeOf, it } from "vitest";
import { KiliError, NotCapable, type AssetField, type JsonResponse, type Kili } from "kili-edge/sdk";
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import { createKili } from "../../plugins/sdk/create-kili.ts";

type Call = readonly [document: string, variables: Record<string, unknown>];

function client(answer: (document: string, variables: Record<string, unknown>) => unknown) {
  const calls: Call[] = [];
  const kili = createKili(async (document, variables) => {
    parse(document);
    calls.push([document, variables]);
    return { data: { data: answer(document, variables) } };
  }, "project-1");
  return { kili, calls, variables: () => calls.map(([, variables]) => variables) };
}

function failing(error: Extract<KiliDoorAnswer, { error: unknown }>["error"]): Kili {
  return createKili(async () => ({ error }), "project-1");
}

const ids = (count: number, prefix = "id") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe("labels", () => {
  it("asks for Kili's default fields in the plugin's own project", async () => {
    const { kili, calls } = client(() => []);
    await kili.labels();
    expect(calls).toEqual([
      [
        `query labels($where: LabelWhere!, $first: PageSize!, $skip: Int!) {
  data: labels(where: $where, first: $first, skip: $skip) { author{email id} id jsonResponse labelType secondsToLabel isLatestLabelForUser assetId jsonResponseUrl }
}`,
        { where: { project: { id: "project-1" } }, first: 20, skip: 0 },
      ],
    ]);
  });

  it("turns its arguments into Kili's filter", async () => {
    const { kili, variables } = client(() => []);
    await kili.labels({
      projectId: "other",
      labelId: "l",
      idContains: ["l"],
      assetId: "a",
      assetExternalIdIn: ["x"],
      assetStatusIn: ["LABELED"],
      authorIn: ["Ada"],
      createdAtGte: "2026-11-01",
      typeIn: ["REVIEW"],
      userId: "u",
    });
    expect(variables()[0]?.["where"]).toEqual({
      project: { id: "other" },
      id: "l",
      idIn: ["l"],
      asset: { id: "a", externalIdIn: ["x"], statusIn: ["LABELED"] },
      authorIn: ["Ada"],
      createdAtGte: "2026-11-01",
      typeIn: ["REVIEW"],
      user: { id: "u" },
    });
  });

  it("reads page after page up to a short one, or up to `first`", async () => {
    const rows = ids(250).map((id) => ({ id }));
    const page = (_: string, variables: Record<string, unknown>) => {
      const skip = Number(variables["skip"]);
      return rows.slice(skip, skip + Number(variables["first"]));
    };
    const all = client(page);
    expect(await all.kili.labels({ fields: ["id"] })).toEqual(rows);
    expect(all.variables()).toMatchObject([
      { first: 100, skip: 0 },
      { first: 100, skip: 100 },
      { first: 100, skip: 200 },
    ]);
    const some = client(page);
    expect(await some.kili.labels({ fields: ["id"], first: 110, skip: 5 })).toEqual(rows.slice(5, 115));
    expect(some.variables()).toMatchObject([
      { first: 100, skip: 5 },
      { first: 10, skip: 105 },
    ]);
    const none = client(page);
    expect(await none.kili.labels({ first: 0 })).toEqual([]);
    expect(none.calls).toEqual([]);
  });

  it.each([
    ['{"JOB_0":{"text":"t"}}', { JOB_0: { text: "t" } }],
    [{ JOB_0: { text: "t" } }, { JOB_0: { text: "t" } }],
    [null, {}],
    ["", {}],
  ])("gives jsonResponse %o as an object", async (jsonResponse, content) => {
    const { kili } = client(() => [{ id: "l", jsonResponse }]);
    expect(await kili.labels({ fields: ["id", "jsonResponse"] })).toEqual([{ id: "l", jsonResponse: content }]);
  });

  it.each(["id }", "a b", "a..b", "", "a{b}", "__schema(x: 1)"])("refuses the field %o", async (field) => {
    const { kili, calls } = client(() => []);
    await expect(kili.labels({ fields: [field] })).rejects.toThrow(TypeError);
    expect(calls).toEqual([]);
  });

  it("types its rows by the fields asked for", () => {
    const { kili } = client(() => []);
    const few = () => kili.labels({ fields: ["id", "author.email", "newField"] });
    type Few = Awaited<ReturnType<typeof few>>[number];
    expectTypeOf<Few["id"]>().toEqualTypeOf<string>();
    expectTypeOf<Few["author"]["email"]>().toEqualTypeOf<string>();
    expectTypeOf<Few["newField"]>().toBeUnknown();
    // @ts-expect-error: not asked for.
    expectTypeOf<Few["jsonResponse"]>();
    // @ts-expect-error: not asked for.
    expectTypeOf<Few["author"]["id"]>();

    const byDefault = () => kili.labels({ assetId: "a" });
    type Default = Awaited<ReturnType<typeof byDefault>>[number];
    expectTypeOf<Default["jsonResponse"]>().toEqualTypeOf<JsonResponse>();
    expectTypeOf<Default["author"]["id"]>().toEqualTypeOf<string>();
  });
});

describe("lists", () => {
  const pages = (size: number) => (_: string, variables: Record<string, unknown>) => {
    const skip = Number(variables["skip"]);
    const rows = ids(size).map((id) => ({ id, jsonResponse: "{}", jsonResponseUrl: null }));
    return rows.slice(skip, skip + Number(variables["first"]));
  };

  it("nothing is asked before it is wanted, and a list that is awaited twice is read once", async () => {
    const { kili, calls } = client(pages(3));
    const labels = kili.labels({ fields: ["id"] });
    await Promise.resolve();
    expect(calls).toEqual([]);
    expect(await labels).toHaveLength(3);
    expect(await labels).toHaveLength(3);
    expect(calls).toHaveLength(1);
  });

  it("a loop reads a page when it gets there, and no more once it is left", async () => {
    const { kili, calls } = client(pages(250));
    const seen: string[] = [];
    for await (const label of kili.labels({ fields: ["id"] })) {
      expectTypeOf(label.id).toEqualTypeOf<string>();
      seen.push(label.id);
      if (seen.length === 101) break;
    }
    expect(seen).toEqual(ids(101));
    expect(calls).toHaveLength(2);
    const limited: string[] = [];
    for await (const { id } of kili.labels({ fields: ["id"], first: 3 })) limited.push(id);
    expect(limited).toEqual(ids(3));
    expect(calls.at(-1)?.[1]).toMatchObject({ first: 3 });
  });

  it("a failure reaches await, catch and for await", async () => {
    const kili = failing({ name: "KiliError", message: "no" });
    await expect(kili.labels()).rejects.toThrow(KiliError);
    expect(await kili.labels().catch(() => "caught")).toBe("caught");
    await expect(
      (async () => {
        for await (const label of kili.labels()) throw new Error(label.id);
      })(),
    ).rejects.toThrow(KiliError);
  });

  it.each([
    ["VIDEO", "labels", [20, 20, 20]],
    ["IMAGE", "labels", [20, 100]],
    [null, "labels", [20, 20, 20]],
    ["VIDEO", "assets", [10, 10, 10, 10, 10, 10]],
    ["LLM_STATIC", "assets", [10, 50]],
    ["GEOSPATIAL", "assets", [10, 50]],
    ["TEXT", "assets", [10, 100]],
  ] as const)("pages of %s %s with content are %o", async (inputType, list, sizes) => {
    const asked: string[] = [];
    const variables: Record<string, unknown>[] = [];
    const send = async (document: string, given: Record<string, unknown>) => {
      parse(document);
      variables.push(given);
      return { data: { data: pages(55)(document, given) } };
    };
    const kili = createKili(send, "p", async (projectId) => {
      asked.push(projectId);
      return inputType;
    });
    const rows =
      list === "labels"
        ? await kili.labels({ projectId: "q", fields: ["id", "jsonResponse"] })
        : await kili.assets({ projectId: "q", fields: ["id", "labels.jsonResponse"] });
    expect(rows).toHaveLength(55);
    expect(variables.map(({ first }) => first)).toEqual(sizes);
    expect(new Set(asked)).toEqual(new Set(["q"]));
  });

  it("the input type is not asked for where it does not matter", async () => {
    const asked: string[] = [];
    const send = async (document: string, given: Record<string, unknown>) => ({
      data: { data: pages(15)(document, given) },
    });
    const kili = createKili(send, "p", async (projectId) => {
      asked.push(projectId);
      return "VIDEO";
    });
    await kili.labels({ fields: ["jsonResponse"] });
    await kili.assets({ fields: ["id", "jsonMetadata"] });
    expect(asked).toEqual([]);
  });

  it("contents are asked for with their URLs, which are not given on unless they were asked for", async () => {
    const label = { jsonResponse: '{"J":{"text":"t"}}', jsonResponseUrl: "https://x" };
    const { kili, calls } = client(() => [{ labels: [{ ...label }], latestLabel: null }]);
    expect(await kili.assets({ fields: ["labels.jsonResponse", "latestLabel.jsonResponse"] })).toEqual([
      { labels: [{ jsonResponse: { J: { text: "t" } } }], latestLabel: null },
    ]);
    expect(calls[0]?.[0]).toContain(
      "{ labels{jsonResponse jsonResponseUrl} latestLabel{jsonResponse jsonResponseUrl} }",
    );
    const asked = await kili.assets({ fields: ["labels.jsonResponse", "labels.jsonResponseUrl"] });
    expect(asked[0]?.labels[0]?.jsonResponseUrl).toBe("https://x");
  });

  it("events have pages of their own kind", async () => {
    const { kili, variables } = client(() => []);
    await kili.events({ event: "asset.skipped", fromEventId: "e", first: 30, order: "desc" });
    expect(variables()).toEqual([
      {
        where: { projectId: "project-1", event: "asset.skipped" },
        pagination: { first: 30, skip: 0, fromEventId: "e" },
        order: "desc",
      },
    ]);
  });

  it("metadata that cannot be read is an error, not nothing", async () => {
    const { kili } = client(() => [{ jsonMetadata: "{'single': 1}" }]);
    await expect(kili.assets({ fields: ["jsonMetadata"] })).rejects.toThrow('Cannot read "jsonMetadata"');
  });

  it("types nested fields, and suggests those it knows", () => {
    const { kili } = client(() => []);
    const query = () => kili.assets({ fields: ["id", "latestLabel.author.email", "labels.jsonResponse", "new.field"] });
    type Asset = Awaited<ReturnType<typeof query>>[number];
    expectTypeOf<NonNullable<Asset["latestLabel"]>["author"]["email"]>().toEqualTypeOf<string>();
    expectTypeOf<Asset["labels"][number]["jsonResponse"]>().toEqualTypeOf<JsonResponse>();
    expectTypeOf<Asset["new"]>().toBeUnknown();
    expectTypeOf<"labels.author.email">().toExtend<Extract<AssetField, "labels.author.email">>();
    expectTypeOf<"labels.jsonResponse.JOB_0">().not.toExtend<Extract<AssetField, "labels.jsonResponse.JOB_0">>();
  });
});

describe("metadata", () => {
  it("addMetadata keeps the keys that are not given", async () => {
    const { kili, calls } = client((document) =>
      document.startsWith("query")
        ? [
            { id: "a2", jsonMetadata: null },
            { id: "a1", jsonMetadata: '{"kept":1,"changed":1}' },
          ]
        : [{ id: "a1" }, { id: "a2" }],
    );
    await kili.addMetadata({ assetIds: ["a1", "a2"], jsonMetadata: [{ changed: 2 }, { added: 3 }] });
    expect(calls[1]?.[1]["data"]).toEqual([
      { jsonMetadata: '{"kept":1,"changed":2}' },
      { jsonMetadata: '{"added":3}' },
    ]);
  });

  it("addMetadata changes nothing when an asset is not there, and lists must match", async () => {
    const { kili, calls } = client(() => []);
    await expect(kili.addMetadata({ assetIds: ["a"], jsonMetadata: [{}] })).rejects.toThrow(
      'asset "a" is not in project "project-1"',
    );
    await expect(kili.addMetadata({ assetIds: ["a", "b"], jsonMetadata: [{}] })).rejects.toThrow(TypeError);
    expect(calls).toHaveLength(1);
  });
});

describe("graphql", () => {
  it("sends what it is given and gives the data as it came", async () => {
    const { kili, calls } = client(() => 3);
    const document = "query ($id: ID!) { data: countLabels(where: { project: { id: $id } }) }";
    expect(await kili.graphql(document, { id: "p" })).toEqual({ data: 3 });
    expect(calls).toEqual([[document, { id: "p" }]]);
    await expect(failing({ name: "NotCapable", message: "no" }).graphql("{ x }")).rejects.toThrow(NotCapable);
  });
});

describe("projects", () => {
  it("reads the plugin's own project, with its interface as an object", async () => {
    const { kili, calls } = client(() => [
      { jsonInterface: '{"jobs":{"JOB_0":{"mlTask":"CLASSIFICATION"}}}', roles: [] },
    ]);
    const [project] = await kili.projects({ fields: ["jsonInterface", "roles.user.email"] });
    expectTypeOf(project?.roles[0]?.user.email).toEqualTypeOf<string | undefined>();
    expect(project?.jsonInterface.jobs?.["JOB_0"]?.mlTask).toBe("CLASSIFICATION");
    expect(calls[0]?.[0]).toContain("{ jsonInterface roles{user{email}} }");
    expect(calls[0]?.[1]).toEqual({ where: { id: "project-1" }, first: 100, skip: 0 });
  });
});

describe("createIssues", () => {
  it("looks up each label's asset once, in the project asked for", async () => {
    const { kili, calls } = client((document) =>
      document.startsWith("query")
        ? [
            { id: "l2", labelOf: { id: "a2" } },
            { id: "l1", labelOf: { id: "a1" } },
          ]
        : [{ id: "i1" }, { id: "i2" }, { id: "i3" }],
    );
    const made = await kili.createIssues({
      projectId: "other",
      labelIds: ["l1", "l2", "l1"],
      objectMids: ["m1", null, undefined],
      texts: ["t1", "t2", "t3"],
    });
    expect(made).toEqual([{ id: "i1" }, { id: "i2" }, { id: "i3" }]);
    expect(calls[0]?.[1]).toMatchObject({ where: { project: { id: "other" }, idIn: ["l1", "l2"] } });
    expect(calls[1]?.[1]).toEqual({
      issues: [
        { labelID: "l1", assetId: "a1", objectMid: "m1", text: "t1", type: "ISSUE" },
        { labelID: "l2", assetId: "a2", text: "t2", type: "ISSUE" },
        { labelID: "l1", assetId: "a1", text: "t3", type: "ISSUE" },
      ],
      where: { project: { id: "other" } },
    });
  });

  it("says which label it did not find", async () => {
    const { kili } = client(() => []);
    const issues = { labelIds: ["l1"], texts: ["t"] };
    await expect(kili.createIssues(issues)).rejects.toThrow('label "l1" is not in project "project-1"');
  });

  it("makes no look-up with assetIds, and no call without issues", async () => {
    const { kili, calls } = client(() => [{ id: "i" }]);
    await kili.createIssues({ labelIds: ["l1"], assetIds: ["a1"], texts: ["t"] });
    expect(calls).toHaveLength(1);
    expect(await kili.createIssues({ labelIds: [], texts: [] })).toEqual([]);
    expect(calls).toHaveLength(1);
  });

  it("refuses lists of different lengths", async () => {
    const { kili, calls } = client(() => []);
    const issues = { labelIds: ["l1", "l2"], assetIds: ["a", "a"], texts: ["t"] };
    await expect(kili.createIssues(issues)).rejects.toThrow(
      'Cannot call createIssues: "texts" has 1 items, wanted 2 as in "labelIds"',
    );
    expect(calls).toEqual([]);
  });
});

describe("sendBackToQueue and addToReview", () => {
  it.each(["sendBackToQueue", "addToReview"] as const)("%s goes out in batches of 100", async (method) => {
    const { kili, variables } = client(() => ({ id: "project-1" }));
    const assetIds = ids(201);
    expect(await kili[method]({ assetIds })).toEqual({ id: "project-1" });
    expect(variables()).toEqual([
      { where: { idIn: assetIds.slice(0, 100) } },
      { where: { idIn: assetIds.slice(100, 200) } },
      { where: { idIn: assetIds.slice(200) } },
    ]);
    expect(await client(() => null).kili[method]({ assetIds: ["a"] })).toBeNull();
    expect(await kili[method]({ assetIds: [] })).toBeNull();
    expect(variables()).toHaveLength(3);
  });
});

describe("appendLabels", () => {
  it("sends each label's content as text, with what else was given", async () => {
    const { kili, calls } = client(() => [{ id: "l1" }, { id: "l2" }]);
    const made = await kili.appendLabels({
      assetIds: ["a1", "a2"],
      jsonResponses: [{ JOB_0: { text: "t" } }, {}],
      authorIds: ["u1", "u2"],
      secondsToLabel: [1, 2],
      modelName: "m",
      labelType: "PREDICTION",
      stepName: "Review",
      overwrite: true,
    });
    expect(made).toEqual([{ id: "l1" }, { id: "l2" }]);
    expect(calls[0]?.[1]).toEqual({
      data: {
        labelType: "PREDICTION",
        stepName: "Review",
        overwrite: true,
        labelsData: [
          { assetID: "a1", authorID: "u1", jsonResponse: '{"JOB_0":{"text":"t"}}', secondsToLabel: 1, modelName: "m" },
          { assetID: "a2", authorID: "u2", jsonResponse: "{}", secondsToLabel: 2, modelName: "m" },
        ],
      },
      where: { idIn: ["a1", "a2"], project: { id: "project-1" } },
    });
  });

  it("makes default labels, in batches of 100", async () => {
    const { kili, variables } = client((_, { data }) => {
      const { labelsData } = data as { labelsData: { assetID: string }[] };
      return labelsData.map(({ assetID }) => ({ id: `of-${assetID}` }));
    });
    const assetIds = ids(101);
    const made = await kili.appendLabels({ assetIds, jsonResponses: assetIds.map(() => ({})) });
    expect(made).toEqual(assetIds.map((id) => ({ id: `of-${id}` })));
    expect(variables().map(({ where }) => (where as { idIn: string[] }).idIn.length)).toEqual([100, 1]);
    expect(variables()[0]?.["data"]).toMatchObject({ labelType: "DEFAULT", overwrite: false });
  });
});

describe("updatePropertiesInAssets", () => {
  it("sends metadata as text, and leaves out what is null", async () => {
    const { kili, calls } = client(() => [{ id: "a1" }, { id: "a2" }]);
    await kili.updatePropertiesInAssets({
      assetIds: ["a1", "a2"],
      jsonMetadatas: [{ accuracy: 50 }, null],
      priorities: [0, 1],
      toBeLabeledBy: [["ada@example.com"], null],
    });
    expect(calls[0]?.[1]).toEqual({
      where: [{ id: "a1" }, { id: "a2" }],
      data: [{ jsonMetadata: '{"accuracy":50}', priority: 0, toBeLabeledBy: ["ada@example.com"] }, { priority: 1 }],
    });
  });
});

describe("failures", () => {
  it("a missing permission is NotCapable, in the host's words", async () => {
    const kili = failing({ name: "NotCapable", message: 'Requires kili access to "labels:read": add it …' });
    const thrown = await kili.labels().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(NotCapable);
    expect(thrown).toMatchObject({ name: "NotCapable", message: 'Requires kili access to "labels:read": add it …' });
  });

  it("anything else is a KiliError with operation, path and Kili's words", async () => {
    const kili = failing({ name: "KiliError", message: "asset not found", path: "data.0" });
    const thrown = await kili.sendBackToQueue({ assetIds: ["a"] }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(KiliError);
    expect(thrown).toMatchObject({
      name: "KiliError",
      message: 'Cannot call "sendBackAssetsToQueue" at "data.0": asset not found',
      operation: "sendBackAssetsToQueue",
      path: "data.0",
      code: "KiliError",
      reason: "asset not found",
    });
  });

  it("a sentence of the host stays one sentence", async () => {
    const message = 'Cannot read "labels" from Kili: the host has no API key';
    await expect(failing({ name: "NoKiliKey", message }).labels()).rejects.toMatchObject({
      message,
      code: "NoKiliKey",
    });
  });

  it("an answer without rows is no rows", async () => {
    const kili = createKili(async () => ({ data: {}, dryRun: true }), "project-1");
    expect(await kili.createIssues({ labelIds: ["l"], assetIds: ["a"], texts: ["t"] })).toEqual([]);
    expect(await kili.addToReview({ assetIds: ["a"] })).toBeNull();
  });
});
