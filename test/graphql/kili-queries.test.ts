// The documents are those Kili's Python SDK sends, name by name and type by type.
import { beforeAll, describe, expect, test } from "vitest";
import { makeCurrent } from "../../worker/store/make-current.ts";
import { recordBuildFailure } from "../../worker/store/record-build-failure.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { recordVersion } from "../../worker/store/record-version.ts";
import { artifact, flushBatch, logRow, manifest, NOW } from "../store/rows.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import { anyText, ask, askData, KEY, notified, textWith } from "./graphql-host.ts";

const LOGS = `query getPluginLogs($projectId: ID!, $pluginName: String!, $createdAt: DateTime, $limit: Int, $skip: Int) {
  data: getPluginLogs(data: {projectId: $projectId, pluginName: $pluginName, createdAt: $createdAt, limit: $limit, skip: $skip}) {
    content createdAt logType metadata { assetId labelId } pluginName projectId runId
  }
}`;
const BUILD_ERRORS = `query getPluginBuildErrors($pluginName: String!, $createdAt: DateTime, $limit: Int, $skip: Int) {
  data: getPluginBuildErrors(data: {pluginName: $pluginName, createdAt: $createdAt, limit: $limit, skip: $skip}) {
    content createdAt logType pluginName
  }
}`;
const STATUS = `query getPluginRunnerStatus($name: String!) { data: getPluginRunnerStatus(name: $name) }`;
const LIST = `query listPlugins { data: listPlugins { name projectIds id createdAt updatedAt organizationId archived } }`;
const ACTIVATE = `mutation($pluginName: String!, $projectId: ID!) {
  data: activatePluginOnProject(where: {pluginName: $pluginName, projectId: $projectId})
}`;
const DEACTIVATE = ACTIVATE.replace("activatePlugin", "deactivatePlugin");

let pluginId: string;

beforeAll(async () => {
  await emptyDatabase();
  const projects = ["demo", "other"];
  const recorded = await recordVersion(db, { artifact: artifact({ manifest: manifest({ projects }) }), now: NOW });
  await makeCurrent(db, { ...recorded, projects, now: NOW });
  pluginId = recorded.pluginId;
  await recordBuildFailure(db, {
    name: "broken",
    problems: [{ file: "main.ts", line: 3, column: 7, message: 'Unexpected "}"', frame: "3 | }\n  | ^" }],
    now: NOW,
  });
  const lines = [0, 1, 2].map((line) => logRow({ line, content: `line ${line}`, createdAt: NOW + 6 }));
  await recordRuns(db, flushBatch({ logs: [...lines, logRow({ line: 3, createdAt: NOW - 1, content: "before" })] }));
});

describe("the client's start", () => {
  test("viewer", async () => {
    expect(await ask("{ viewer { id email } }")).toEqual({
      data: { viewer: { id: "admin", email: "admin@kili-edge.invalid" } },
    });
  });

  test("apiKeys: the key's expiry date", async () => {
    const query = `query apiKeys($where: ApiKeyWhere!) { data: apiKeys(where: $where, skip: 0, first: 1) { expiryDate } }`;
    expect(await askData(query, { where: { key: KEY } })).toEqual([{ expiryDate: "2099-01-01T00:00:00.000Z" }]);
    expect(await askData(query, { where: { key: "another" } })).toEqual([]);
  });

  test("apiKeys and countApiKeys with the SDK's whole filter", async () => {
    const where = { user: { id: null }, key: KEY };
    const list = `query apiKeys($where: ApiKeyWhere!, $first: PageSize!, $skip: Int!) {
      data: apiKeys(where: $where, skip: $skip, first: $first) { id name createdAt revoked }
    }`;
    expect(await askData(list, { where, first: 100, skip: 0 })).toHaveLength(1);
    expect(await askData(list, { where, first: 100, skip: 1 })).toEqual([]);
    const count = `query countApiKeys($where: ApiKeyWhere!) { data: countApiKeys(where: $where) }`;
    expect(await askData(count, { where })).toBe(1);
    expect(await askData(count, { where: { user: { id: "somebody" } } })).toBe(0);
  });
});

describe("plugins", () => {
  test("listPlugins", async () => {
    const at = "2026-11-01T10:00:00.000Z";
    const common = { createdAt: at, updatedAt: at, organizationId: null, archived: false };
    expect(await askData(LIST)).toEqual([
      { name: "bbox-count", projectIds: ["demo", "other"], id: pluginId, ...common },
      { name: "broken", projectIds: [], id: anyText, ...common },
    ]);
  });

  test("countPlugins", async () => {
    const query = `query countPlugins($where: PluginWhere!) { data: countPlugins(where: $where) }`;
    expect(await askData(query, { where: {} })).toBe(2);
    expect(await askData(query, { where: { name: "broken" } })).toBe(1);
    expect(await askData(query, { where: { projectId: "demo" } })).toBe(1);
    expect(await askData(query, { where: { id: pluginId } })).toBe(1);
  });

  test("getPluginRunnerStatus", async () => {
    expect(await askData(STATUS, { name: "bbox-count" })).toBe("ACTIVE");
    expect(await askData(STATUS, { name: "broken" })).toBe("FAILED");
    const answer = await ask(STATUS, { name: "nobody" });
    expect(answer.errors?.[0]).toMatchObject({
      message: 'Cannot find plugin "nobody": none has that name',
      extensions: { code: "NOT_FOUND" },
    });
  });
});

describe("getPluginLogs", () => {
  const contents = async (variables: Record<string, unknown>) => {
    const lines = await askData(LOGS, { projectId: "demo", pluginName: "bbox-count", ...variables });
    return (lines as { content: string }[]).map((line) => line.content);
  };

  test("newest first, later line first within a millisecond, from the plugin's creation on", async () => {
    expect(await askData(LOGS, { projectId: "demo", pluginName: "bbox-count", limit: 1, skip: 0 })).toEqual([
      {
        content: "line 2",
        createdAt: "2026-11-01T10:00:00.006Z",
        logType: "info",
        metadata: { assetId: "asset-1", labelId: "label-1" },
        pluginName: "bbox-count",
        projectId: "demo",
        runId: "run-1",
      },
    ]);
    expect(await contents({ limit: 100, skip: 0 })).toEqual(["line 2", "line 1", "line 0"]);
    expect(await contents({ limit: 2, skip: 1 })).toEqual(["line 1", "line 0"]);
    expect(await contents({ projectId: "elsewhere" })).toEqual([]);
  });

  test.each([
    ["2026-11-01T09:59:59.999Z", 4],
    ["2026-11-01T10:00:00.006Z", 3],
    ["2026-11-01T10:00:00.007Z", 0],
    ["2026-11-01T12:00:00.006+02:00Z", 3],
    ["2026-11-01T10:00:00.007+00:00Z", 0],
  ])("createdAt %s", async (createdAt, count) => {
    expect(await contents({ createdAt })).toHaveLength(count);
  });

  test.each(["yesterday", "2026-13-01T00:00:00Z", 12, ""])("createdAt %j is refused", async (createdAt) => {
    const answer = await ask(LOGS, { projectId: "demo", pluginName: "bbox-count", createdAt });
    expect(answer.errors?.[0]).toMatchObject({ message: textWith("Cannot read date") });
  });

  test.each([501, -1])("limit %i is refused", async (limit) => {
    const answer = await ask(LOGS, { projectId: "demo", pluginName: "bbox-count", limit });
    expect(answer.errors?.[0]).toMatchObject({
      message: `Cannot list a page: size is ${limit}, wanted a whole number from 0 to 500`,
      extensions: { code: "BAD_USER_INPUT" },
    });
  });
});

test("getPluginBuildErrors", async () => {
  expect(await askData(BUILD_ERRORS, { pluginName: "broken", limit: 100, skip: 0 })).toEqual([
    {
      content: 'main.ts:3:7: Unexpected "}"\n\n3 | }\n  | ^',
      createdAt: "2026-11-01T10:00:00.000Z",
      logType: "error",
      pluginName: "broken",
    },
  ]);
});

describe("activation", () => {
  const projectIds = async () => {
    const plugins = (await askData(LIST)) as { name: string; projectIds: string[] }[];
    return plugins.find((plugin) => plugin.name === "bbox-count")?.projectIds;
  };

  test("deactivate, activate and activate again; inboxes are told each time", async () => {
    notified.length = 0;
    const variables = { pluginName: "bbox-count", projectId: "other" };
    expect(await askData(DEACTIVATE, variables)).toBe("Plugin with name bbox-count successfully deactivated");
    expect(await projectIds()).toEqual(["demo"]);
    expect(await askData(ACTIVATE, variables)).toBe("Plugin with name bbox-count successfully activated");
    expect(await askData(ACTIVATE, variables)).toBe("Plugin with name bbox-count successfully activated");
    expect(await projectIds()).toEqual(["demo", "other"]);
    expect(notified).toEqual(["other", "other", "other"]);
  });

  test("an unknown plugin is refused, and nobody is told", async () => {
    notified.length = 0;
    const answer = await ask(ACTIVATE, { pluginName: "nobody", projectId: "demo" });
    expect(answer.errors?.[0]?.extensions).toEqual({ code: "NOT_FOUND" });
    expect(notified).toEqual([]);
  });

  test("a project id out of bounds is refused", async () => {
    const answer = await ask(ACTIVATE, { pluginName: "bbox-count", projectId: "x".repeat(257) });
    expect(answer.errors?.[0]?.extensions).toEqual({ code: "BAD_USER_INPUT" });
  });
});
