// Plugins that would act in the name of another run, which is under way on the same project and whose id they are told.
// Whatever they write, send or call, it is their own run's: the other one keeps its calls, and its one call is left to it.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { CALL_OF_HELD_RUN, holdRun, type HeldRun } from "../hold-run.ts";
import { HOST_METHOD_NAMES } from "../host-methods.ts";
import { postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { freshProject, runBesideNeighbour } from "./run-beside-neighbour.ts";

const OK = { type: "ok", result: null };

/** What a plugin is told in its label. */
function told(victim: HeldRun): Record<string, unknown> {
  return { label: { id: "label-1", jsonResponse: { methods: HOST_METHOD_NAMES, runId: victim.runId } } };
}

/** The run as it stood before is as it stands now, and ends as it would have. */
async function expectUntouched(victim: HeldRun, before: unknown): Promise<void> {
  expect(await victim.standing()).toEqual(before);
  const { outcome, logs, calls } = await victim.release();
  expect({ outcome, logs, calls }).toEqual({ outcome: OK, logs: [], calls: [timed(CALL_OF_HELD_RUN)] });
  expect(await refusalsOf(victim.runId)).toEqual([]);
  const changed = env.DB.prepare("SELECT id FROM deliveries WHERE replay_of IS NOT NULL OR settled IS NOT NULL");
  expect((await changed.all()).results).toEqual([]);
}

/** A call as it is written down, whenever it was made. */
function timed(call: object): object {
  return { ...call, startedAt: expect.any(Number) as number, ms: expect.any(Number) as number };
}

async function refusalsOf(runId: string): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT detail FROM audit WHERE run_id = ?1 ORDER BY created_at, length(id), id",
  )
    .bind(runId)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

test("no door is reachable from the instance, nor any method of the host's objects, but graphql of its own client", async () => {
  const projectId = freshProject();
  const victim = await holdRun("methods-victim", projectId);
  const before = await victim.standing();
  const run = await runBesideNeighbour("reaching-for-doors", { projectId, payload: told(victim) });
  expect(run.outcome).toEqual(OK);
  expect(run.logs).toEqual([
    "info: doors found: none",
    expect.stringMatching(/^info: things found: \d{2,}$/),
    "info: this.run(): TypeError: method.call is not a function",
    `info: this.kili.graphql(): KiliError: Cannot call Kili: Syntax Error: Unexpected Name "${victim.runId}".`,
  ]);
  expect(run.calls).toEqual([]);
  expect(await refusalsOf(run.id)).toEqual([]);
  await expectUntouched(victim, before);
});

test("what a plugin writes, sends or calls in another run's name counts for its own", async () => {
  const projectId = freshProject();
  const victim = await holdRun("forging-victim", projectId);
  const before = await victim.standing();
  const run = await runBesideNeighbour("forging-a-run", { projectId, payload: told(victim) });
  expect(run.outcome).toEqual(OK);
  expect(run.logs.slice(0, -1)).toEqual([
    "info: its run: done",
    "info: another object of its class: done",
    "info: what its client is called on: done",
    "info: what all objects have: done",
    "info: arguments: done",
    "info: variables: done",
    "info: one argument more: done",
    "info: headers: done",
    "info: the harness's URL: NotCapable",
    "info: a door's URL: NotCapable",
    "info: an inbox's URL: NotCapable",
    "info: a URL of Kili's: NotCapable",
    "info: another scheme: TypeError",
    "info: a clone: DataCloneError",
    "info: a clone of all: DataCloneError",
    "info: a message: DataCloneError",
  ]);
  expect(run.logs.at(-1)).toMatch(/^info: functions called: \d{2,}$/);

  const { runId } = victim;
  const named = JSON.stringify({ where: { idIn: ["asset-1"] }, runId, run: { id: runId }, props: { runId } });
  const write = CALL_OF_HELD_RUN;
  const fetched = { kind: "net", target: "POST echo.example.com", result: "ok", detail: null };
  // Those of the functions that it calls without looking come after them.
  const mine = [write, write, write, write, write, { ...write, detail: named }, write, fetched];
  expect(run.calls.slice(0, mine.length)).toEqual(mine.map(timed));
  const refusals = (await refusalsOf(run.id)).filter((detail) => detail.startsWith("net: "));
  expect(refusals).toEqual(["plugin", "door", "inbox", "kili"].map((host) => `net: ${host}:80`));
  await expectUntouched(victim, before);
});

// Not built, for a build refuses such imports: nothing but the isolate and the host stops it. What its doors say to the
// methods of others is in test/execute/net-doors.node.test.ts, where the runtime itself answers for it.
const THIEF = `
import { PluginCore } from "kili-edge/sdk";
import * as workers from "cloudflare:workers";
const SEND_BACK = "mutation ($where: AssetWhere!) { data: sendBackAssetsToQueue(where: $where) { id } }";
const WHERE = { where: { idIn: ["asset-1"] } };
let harness = null;
const ending = async (way) => {
  try { return (await way())?.error?.name ?? "done"; } catch (error) { return error.name; }
};
export default class PluginHandler extends PluginCore {
  async onSubmit({ label }) {
    const { runId } = label.jsonResponse;
    if (this.run.id === runId) return this.kili.sendBackToQueue({ assetIds: ["asset-1"] });
    const { Harness } = await import("./harness.js");
    if (harness === null) {
      const { fetch } = Harness.prototype;
      Harness.prototype.fetch = function (request) { harness = this; return fetch.call(this, request); };
      return;
    }
    const { ctx } = harness;
    const { props } = ctx;
    const headers = { "x-kili-edge-run": runId, "x-kili-edge-run-id": runId };
    return {
      exports: [Object.keys(workers.exports ?? {}), Object.keys(ctx.exports ?? {}), Object.keys(harness.env ?? {})],
      graphql: await ending(() => props.kili.graphql(SEND_BACK, WHERE, { runId, props: { runId } }, runId)),
      inputType: await ending(() => props.kili.inputType(runId, { runId })),
      fetch: await ending(() => props.net.fetch("https://echo.example.com/", { headers })),
      written: await ending(() => { props.runId = runId; ctx.props = { ...props, runId }; return props.kili.graphql(SEND_BACK, WHERE); }),
      harness: await ending(async () => {
        const forged = new Harness({ props: { ...props, runId, idempotencyKey: runId }, waitUntil() {} }, {});
        if (!(await forged.fetch(new Request("http://plugin/", { method: "POST" }))).ok) throw new Error("no report");
      }),
      clone: await ending(() => structuredClone(props.kili)),
      message: await ending(() => new MessageChannel().port1.postMessage(props.net)),
    };
  }
}`;

test("a plugin that has got at its harness and its doors has no more than its own run's", async () => {
  const projectId = freshProject();
  const victim = await holdRun("thief-victim", projectId);
  const before = await victim.standing();
  const permissions = { kili: ["assets:write"], net: ["echo.example.com"] };
  const limits = { subrequests: 200, cpu_ms: 5_000 };
  await useInlinePlugin({ name: "thief", projects: [projectId], source: THIEF, manifest: { permissions, limits } });
  const runOnce = async () => {
    const answer = await postWebhook(webhookBody(projectId, { payload: told(victim) }));
    const [run] = await waitForRuns((await answer.json<{ id: string }>()).id, 1);
    if (run?.outcome.type !== "ok") throw new Error(JSON.stringify(run?.outcome));
    return { ...run, result: JSON.parse(run.outcome.result ?? "null") as unknown };
  };
  expect((await runOnce()).result).toBe(null);
  const { id, result, calls } = await runOnce();
  expect(result).toEqual({
    exports: [[], [], []],
    graphql: "done",
    inputType: "done",
    fetch: "done",
    written: "done",
    harness: "done",
    clone: "DataCloneError",
    message: "DataCloneError",
  });
  const write = CALL_OF_HELD_RUN;
  const fetched = { kind: "net", target: "GET echo.example.com", result: "ok", detail: null };
  expect(calls).toEqual([write, fetched, write, write].map(timed));
  expect(await refusalsOf(id)).toEqual([]);
  await expectUntouched(victim, before);
});
