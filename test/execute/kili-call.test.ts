import { describe, expect, test } from "vitest";
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { CallVerdict } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import { callKili } from "../../worker/execute/call-kili.ts";
import { MAX_CALL_DETAIL_CHARS } from "../../worker/limits.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";

const KEY = "double-key";

function door(scopes: readonly string[], key: string | null, verdict: CallVerdict = { type: "allowed" }) {
  const double = createKiliDouble(KEY);
  const calls: RunCall[] = [];
  const refusals: Refusal[] = [];
  const call = (document: unknown, variables?: unknown): Promise<KiliDoorAnswer> =>
    callKili({ kiliScopes: scopes, projectId: "p" }, document, variables, {
      run: {
        begin: async () => verdict,
        end: async (made) => void calls.push(made),
        refused: async (refusal) => void refusals.push(refusal),
      },
      upstream: key === null ? null : { endpoint: "https://kili.example/graphql", apiKey: key },
      fetch: (url, init) => double.handle(new Request(url, { ...init, signal: null })),
      sleep: async () => {},
      now: () => 7,
      random: () => 0,
      newId: () => "dry-run-1",
    });
  return { call, calls, refusals, double };
}

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
    expect(calls).toEqual([{ kind: "kili", target: "createIssues", result: "ok", startedAt: 7, ms: 0, detail: null }]);
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
    const closed = door(["labels:*"], KEY, { type: "closed" });
    expect(await closed.call("{ labels { id } }")).toMatchObject({ error: { name: "RunOver" } });
    const spent = door([], KEY, { type: "over_limit", limit: 3 });
    expect(await spent.call("{ labels { id } }")).toMatchObject({ error: { name: "SubrequestLimit" } });
    expect([closed.double.calls, spent.double.calls, spent.refusals]).toEqual([[], [], []]);
  });

  test("Kili's error is a value with its words, and recorded as failed", async () => {
    const { call, calls } = door(["issues:*"], KEY);
    const update = 'mutation { data: updatePropertiesInIssue(data: {status: SOLVED}, where: {id: "no"}) { id } }';
    expect(await call(update)).toEqual({
      error: { name: "KiliError", message: "[notFound] no issue with id no", path: "data" },
    });
    expect(calls).toMatchObject([{ result: "failed", detail: "[notFound] no issue with id no" }]);
  });

  test("a wrong key is Kili's error, and is not repeated", async () => {
    const { call, calls } = door(["labels:read"], "wrong-key-123");
    const answer = await call("{ countLabels(where: {}) }");
    expect(answer).toMatchObject({
      error: { name: "KiliError", message: expect.stringMatching(/unauthenticated/) as unknown },
    });
    expect(JSON.stringify([answer, calls])).not.toContain("wrong-key-123");
  });

  test("a busy Kili is asked again for reads only", async () => {
    const { call, double } = door(["labels:*"], KEY);
    double.fail({ times: 2, status: 503 });
    expect(await call("{ countLabels(where: {}) }")).toEqual({ data: { countLabels: 0 } });
    double.fail({ times: 1, status: 503 });
    expect(await call("mutation { deleteLabels(ids: []) }")).toMatchObject({
      error: { message: 'Cannot call "deleteLabels": Kili answered with status 503, wanted 200' },
    });
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
    expect(await call("{ countLabels(where: {}) }", variables)).toMatchObject({ error: { name: "KiliError" } });
    expect(double.calls).toEqual([]);
  });

  test("an operation of nothing but __typename is answered without Kili", async () => {
    const { call, double } = door([], KEY);
    expect(await call("{ __typename }")).toEqual({ data: { __typename: "Query" } });
    expect(double.calls).toEqual([]);
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
    await call(CREATE, { issues: [{ text: "x".repeat(1_000_000) }] });
    expect(calls[0]?.detail?.length).toBeLessThan(MAX_CALL_DETAIL_CHARS + 50);
  });

  test("a read is refused, and says what to set", async () => {
    const { call, calls } = door(["labels:read"], null);
    const message = expect.stringMatching(/^Cannot read "labels" from Kili: .*KILI_API_KEY/) as unknown;
    expect(await call("{ labels { id } }")).toEqual({ error: { name: "NoKiliKey", message } });
    expect(calls).toMatchObject([{ target: "labels", result: "failed", detail: message }]);
  });

  test("scopes hold there, too", async () => {
    const { call, refusals } = door(["issues:read"], null);
    expect(await call(CREATE, ISSUES)).toMatchObject({ error: { name: "NotCapable" } });
    expect(refusals).toHaveLength(1);
  });
});
