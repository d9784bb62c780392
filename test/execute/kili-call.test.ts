import { describe, expect, test } from "vitest";
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { CallVerdict } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import { callKili } from "../../worker/execute/call-kili.ts";
import { MAX_CALL_DETAIL_CHARS } from "../../worker/limits.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { callDeps, RUN_UNDER_WAY } from "./call-deps.ts";

const KEY = "double-key";

interface DoorSetup {
  readonly verdict?: CallVerdict;
  readonly projects?: readonly string[];
  readonly withholds?: boolean;
}

function door(scopes: readonly string[], key: string | null, setup: DoorSetup = {}) {
  const { verdict = { type: "allowed", position: 1 }, projects = ["p"], withholds = false } = setup;
  const props = { assetId: "a", labelId: "l", projectId: "p", deliveryId: "delivery" };
  const double = createKiliDouble(KEY);
  const deps = callDeps(double, key);
  const calls: RunCall[] = [];
  const refusals: Refusal[] = [];
  const writing: (readonly string[])[] = [];
  const call = (document: unknown, variables?: unknown): Promise<KiliDoorAnswer> =>
    callKili({ ...props, kiliScopes: scopes, kiliProjects: projects }, document, variables, {
      ...deps,
      run: {
        ...RUN_UNDER_WAY,
        begin: async () => verdict,
        end: async (made) => void calls.push(made),
        beginWrite: async ({ about }) => writing.push(about),
        refused: async (refusal) => void refusals.push(refusal),
      },
      withholdsWrites: withholds,
      now: () => 7,
      newId: () => "dry-run-1",
    });
  return { call, calls, refusals, writing, double };
}

const COUNT = '{ countLabels(where: { project: { id: "p" } }) }';
const LABELS = '{ labels(where: { project: { id: "p" } }, first: 1, skip: 0) { id } }';
const CREATE = `mutation createIssues($issues: [IssueToCreate!]!, $where: AssetWhere!) {
  data: createIssues(issues: $issues, where: $where) { id }
}`;
const ISSUES = { issues: [{ type: "ISSUE", assetId: "a", text: "two boxes" }], where: { project: { id: "p" } } };

describe("callKili", () => {
  test("what the scopes hold reaches Kili, and is recorded", async () => {
    const { call, calls, double } = door(["issues:write"], KEY);
    expect(await call(CREATE, ISSUES)).toEqual({ data: { data: [{ id: "issue-1" }] } });
    expect(double.state.issues.get("issue-1")).toMatchObject({ assetId: "a", status: "OPEN" });
    expect(double.calls).toMatchObject([{ fields: ["createIssues"], authorization: `X-API-Key: ${KEY}` }]);
    expect(calls).toEqual([
      {
        kind: "kili",
        target: "createIssues",
        result: "ok",
        startedAt: 7,
        ms: 0,
        detail: null,
        write: "opened 1 issue on asset a",
      },
    ]);
  });

  test("the inbox is told what a write is about before Kili is, and of no read or refused write", async () => {
    const { call, double, writing } = door(["issues:*", "labels:read"], KEY);
    await call(LABELS);
    await call('mutation { deleteLabels(ids: ["l"]) }');
    expect(writing).toEqual([]);
    const told: number[] = [];
    const push = writing.push.bind(writing);
    writing.push = (...keys) =>
      told.push(double.calls.filter(({ fields }) => fields.includes("createIssues")).length) && push(...keys);
    await call(CREATE, ISSUES);
    expect([[...writing], told]).toEqual([[["asset a"]], [0]]);
    const dry = door(["issues:*"], null);
    await dry.call(CREATE, ISSUES);
    expect(dry.writing).toEqual([]);
  });

  test("in shadow, reads reach Kili, and writes are recorded and answered in its stead", async () => {
    const { call, calls, double, writing } = door(["issues:*", "labels:read"], KEY, { withholds: true });
    expect(await call(COUNT)).toEqual({ data: { countLabels: 0 } });
    expect(await call(CREATE, ISSUES)).toEqual({ data: { data: [{ id: "dry-run-1" }] }, dryRun: true });
    expect(calls.map(({ result, write }) => [result, write])).toEqual([
      ["ok", undefined],
      ["dry_run", "would open 1 issue on asset a"],
    ]);
    expect(double.calls.flatMap(({ fields }) => fields)).toEqual(["countLabels"]);
    expect(writing).toEqual([]);
  });

  test("a missing scope is NotCapable with the words that help, an audit row, and nothing sent", async () => {
    const { call, calls, refusals, double } = door(["issues:read", "assets:*"], KEY);
    expect(await call(CREATE, ISSUES)).toEqual({
      error: {
        name: "NotCapable",
        message: 'Requires kili access to "issues:write": add it to [permissions] kili in plugin.toml',
      },
    });
    expect(refusals).toEqual([{ capability: "kili", wanted: "issues:write", at: 7 }]);
    expect([calls, double.calls]).toEqual([[], []]);
  });

  test("an unknown field and a write in a query are audit rows, too; a typing mistake is not", async () => {
    const { call, refusals, double } = door(["labels:*"], KEY);
    expect(await call("{ __schema { types { name } } }")).toMatchObject({ error: { name: "NotCapable" } });
    expect(await call('{ deleteLabels(ids: ["x"]) }')).toMatchObject({ error: { name: "KiliError" } });
    expect(await call("{ labels {")).toMatchObject({ error: { name: "KiliError" } });
    expect(refusals.map(({ wanted }) => wanted)).toEqual(["__schema", "deleteLabels"]);
    expect(double.calls).toEqual([]);
  });

  test("a run that is over, and one that has spent its calls", async () => {
    const closed = door(["labels:*"], KEY, { verdict: { type: "closed" } });
    expect(await closed.call(LABELS)).toMatchObject({ error: { name: "RunOver" } });
    const spent = door([], KEY, { verdict: { type: "over_limit", limit: 3 } });
    expect(await spent.call(LABELS)).toMatchObject({ error: { name: "SubrequestLimit" } });
    expect([closed.double.calls, spent.double.calls, spent.refusals]).toEqual([[], [], []]);
  });

  test("Kili's error is a value with its words, and recorded as failed", async () => {
    const { call, calls } = door(["issues:*"], KEY, { projects: ["*"] });
    const update = 'mutation { data: updatePropertiesInIssue(data: {status: SOLVED}, where: {id: "no"}) { id } }';
    expect(await call(update)).toEqual({
      error: { name: "NotFound", message: "[notFound] no issue with id no", path: "data" },
    });
    expect(calls).toMatchObject([{ result: "failed", detail: "[notFound] no issue with id no" }]);
  });

  test("a wrong key is Kili's error, and is not repeated", async () => {
    const { call, calls } = door(["labels:read"], "wrong-key-123");
    const answer = await call(COUNT);
    expect(answer).toMatchObject({
      error: { name: "Denied", message: expect.stringMatching(/unauthenticated/) as unknown },
    });
    expect(JSON.stringify([answer, calls])).not.toContain("wrong-key-123");
  });

  test("a busy Kili is asked again for reads only", async () => {
    const { call, calls, double } = door(["labels:*"], KEY);
    double.fail({ times: 2, status: 503 });
    expect(await call(COUNT)).toEqual({ data: { countLabels: 0 } });
    double.fail({ times: 1, status: 503 });
    expect(await call("mutation { deleteLabels(ids: []) }")).toMatchObject({
      error: {
        name: "UnknownOutcome",
        message:
          'Cannot tell whether "deleteLabels" was done: Kili answered with status 503, wanted 200; it was not sent again, look before you repeat it',
      },
    });
    expect(calls.map(({ result }) => result)).toEqual(["ok", "unknown"]);
    expect(double.calls).toHaveLength(4);
  });

  test("what Kili says about coming back reaches the plugin", async () => {
    const { call, double } = door(["labels:*"], KEY);
    double.throttle({ calls: 1, perMs: 600_000 });
    await call("mutation { deleteLabels(ids: []) }");
    const answer = await call("mutation { deleteLabels(ids: []) }");
    if (!("error" in answer)) throw new Error("not throttled");
    expect(answer.error.retryAfterMs).toBeGreaterThan(500_000);
  });

  test.each<[string, unknown]>([
    ["a function", () => 1],
    ["text", "where"],
    ["a bigint inside", { a: 1n }],
    ["a toJSON", { a: { toJSON: () => "x" } }],
  ])("variables that are %s are refused before anything is sent", async (_, variables) => {
    const { call, double } = door(["labels:*"], KEY);
    expect(await call(COUNT, variables)).toMatchObject({ error: { name: "KiliError" } });
    expect(double.calls).toEqual([]);
  });

  test("an operation of nothing but __typename is answered without Kili", async () => {
    const { call, double } = door([], KEY);
    expect(await call("{ __typename }")).toEqual({ data: { __typename: "Query" } });
    expect(double.calls).toEqual([]);
  });
});

describe("callKili and projects", () => {
  const SEND_BACK = "mutation ($where: AssetWhere!) { data: sendBackAssetsToQueue(where: $where) { id } }";
  const withAssets = () => {
    const setup = door(["assets:*"], KEY);
    for (const [id, projectId] of [
      ["mine", "p"],
      ["theirs", "x"],
    ] as const)
      setup.double.state.assets.set(id, { id, externalId: id, projectId });
    return setup;
  };

  test("another project is refused with the words that help, an audit row, and nothing sent", async () => {
    const { call, refusals, double } = door(["labels:*"], KEY);
    expect(await call('{ countLabels(where: { project: { id: "x" } }) }')).toEqual({
      error: {
        name: "NotCapable",
        message: 'Requires kili access to project "x": add it to [permissions] kili_projects in plugin.toml',
      },
    });
    expect(await call("{ countLabels(where: {}) }")).toMatchObject({
      error: { name: "NotCapable", message: expect.stringContaining('"where.project.id" of "countLabels"') as unknown },
    });
    expect(refusals.map(({ wanted }) => wanted)).toEqual(["countLabels on project x", "countLabels on every project"]);
    expect(double.calls).toEqual([]);
  });

  test("the event's own asset needs no look-up, another one of the project needs one, once", async () => {
    const { call, double } = withAssets();
    await call(SEND_BACK, { where: { idIn: ["a"] } });
    expect(double.calls.map(({ fields }) => fields[0])).toEqual(["sendBackAssetsToQueue"]);
    await call(SEND_BACK, { where: { idIn: ["a", "mine"] } });
    await call(SEND_BACK, { where: { idIn: ["mine"] } });
    expect(double.calls.map(({ fields }) => fields[0]).slice(1)).toEqual([
      "assets",
      "sendBackAssetsToQueue",
      "sendBackAssetsToQueue",
    ]);
  });

  test("an asset that is read first needs none", async () => {
    const { call, double } = withAssets();
    await call('{ data: assets(where: { project: { id: "p" } }, first: 5, skip: 0) { id } }');
    await call(SEND_BACK, { where: { idIn: ["mine"] } });
    expect(double.calls.map(({ fields }) => fields[0])).toEqual(["assets", "sendBackAssetsToQueue"]);
  });

  test("an asset of another project is refused, whatever project the call claims", async () => {
    const { call, refusals, double } = withAssets();
    const message = expect.stringMatching(/^Requires kili access to asset "theirs"/) as unknown;
    expect(await call(SEND_BACK, { where: { idIn: ["theirs"] } })).toEqual({ error: { name: "NotCapable", message } });
    expect(await call(SEND_BACK, { where: { idIn: ["mine", "theirs"], project: { id: "p" } } })).toEqual({
      error: { name: "NotCapable", message },
    });
    expect(refusals[0]).toMatchObject({ wanted: "sendBackAssetsToQueue on asset theirs" });
    expect(double.calls.filter(({ fields }) => fields[0] === "sendBackAssetsToQueue")).toEqual([]);
  });

  test.each([["p"], ["*"]])(
    "a write whose ids got lost is not about all assets, with access to %s",
    async (allowed) => {
      for (const setup of [{}, { withholds: true }]) {
        const { call, calls, refusals, double } = door(["assets:*"], KEY, { projects: [allowed], ...setup });
        const skip = 'mutation ($where: AssetWhere!) { skipAsset(reason: "dark", where: $where) { id } }';
        expect(await call(skip, { where: { id: undefined, project: { id: "p" } } })).toEqual({
          error: {
            name: "KiliError",
            message:
              'Cannot call "skipAsset": found nothing in "where" about assets, which could be all of them, wanted where.id, where.idIn or a condition such as where.statusIn',
          },
        });
        expect(await call(SEND_BACK, { where: { idIn: [], project: { id: "p" } } })).toMatchObject({
          error: { name: "KiliError", message: expect.stringContaining("found no id") as unknown },
        });
        expect([calls, refusals, double.calls]).toEqual([[], [], []]);
        expect(await call(SEND_BACK, { where: { statusIn: ["LABELED"], project: { id: "p" } } })).toHaveProperty(
          "data",
        );
      }
    },
  );

  test("when the look-up fails, nothing is written", async () => {
    const { call, double } = withAssets();
    double.fail({ times: 9, status: 503 });
    expect(await call(SEND_BACK, { where: { idIn: ["mine"] } })).toMatchObject({
      error: { name: "KiliError", message: expect.stringContaining("could not see that what it names") as unknown },
    });
    expect(double.calls.every(({ fields }) => fields[0] === "assets")).toBe(true);
  });
});

describe("callKili without an API key", () => {
  test("a write is recorded with its variables, and answered", async () => {
    const { call, calls, double } = door(["issues:write"], null);
    expect(await call(CREATE, ISSUES)).toEqual({ data: { data: [{ id: "dry-run-1" }] }, dryRun: true });
    expect(calls).toMatchObject([{ target: "createIssues", result: "dry_run", detail: JSON.stringify(ISSUES) }]);
    expect(double.calls).toEqual([]);
  });

  test("large variables are kept in part", async () => {
    const { call, calls } = door(["issues:write"], null);
    await call(CREATE, { ...ISSUES, issues: [{ text: "x".repeat(1_000_000) }] });
    expect(calls[0]?.detail?.length).toBeLessThan(MAX_CALL_DETAIL_CHARS + 50);
  });

  test("a read is refused, and says what to set", async () => {
    const { call, calls } = door(["labels:read"], null);
    const message = expect.stringMatching(/^Cannot read "labels" from Kili: .*KILI_API_KEY/) as unknown;
    expect(await call(LABELS)).toEqual({ error: { name: "NoKiliKey", message } });
    expect(calls).toMatchObject([{ target: "labels", result: "failed", detail: message }]);
  });

  test("scopes hold there, too", async () => {
    const { call, refusals } = door(["issues:read"], null);
    expect(await call(CREATE, ISSUES)).toMatchObject({ error: { name: "NotCapable" } });
    expect(refusals).toHaveLength(1);
  });
});
