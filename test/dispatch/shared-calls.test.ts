// Events that come together, through an inbox: the runs of a brief version share a call of their isolate, and what one
// of them leaves behind is of no use to the others.
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RunGroups } from "../../worker/execute/run-groups.ts";
import { postWebhook, waitForRuns, webhookBody, type SeenRun } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";

/** More than a version needs to be known as brief. */
const WARM_RUNS = 12;

afterEach(() => void vi.restoreAllMocks());

async function post(projectId: string, assetId: string): Promise<string> {
  const payload = { label: { id: `label-${assetId}`, jsonResponse: {} }, asset_id: assetId };
  const answer = await postWebhook(webhookBody(projectId, { payload }));
  return (await answer.json<{ id: string }>()).id;
}

async function runOn(projectId: string, assetId: string): Promise<SeenRun> {
  const [run] = await waitForRuns(await post(projectId, assetId), 1);
  if (run === undefined) throw new Error(`no run for ${assetId}`);
  return run;
}

/** Makes the version known as brief, then sends events about these assets at once. */
async function runTogether(projectId: string, assetIds: readonly string[]): Promise<readonly SeenRun[]> {
  for (let i = 0; i < WARM_RUNS; i += 1) await runOn(projectId, `warm-${i}`);
  return Promise.all(assetIds.map((assetId) => runOn(projectId, assetId)));
}

/** How many runs each call of an isolate had that was made for a group. */
function watchCalls(): number[] {
  const sizes: number[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- called with the group it belongs to
  const { join } = RunGroups.prototype;
  vi.spyOn(RunGroups.prototype, "join").mockImplementation(function (this: RunGroups, isolate, run, call) {
    return join.call(this, isolate, run, (runs) => {
      sizes.push(runs.length);
      return call(runs);
    });
  });
  return sizes;
}

async function callsOf(projectId: string): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    "SELECT calls FROM runs WHERE project_id = ?1 AND event_id IN (SELECT id FROM events WHERE asset_id LIKE 'x%')",
  )
    .bind(projectId)
    .all<{ calls: string }>();
  return results.flatMap(({ calls }) => JSON.parse(calls) as unknown[]);
}

const ASSETS = ["x1", "x2", "x3", "x4", "x5", "x6"];
const OK = { type: "ok", result: null };
const RETRIED = { retry: { max_attempts: 2 } };

describe("runs of a brief version that begin together", () => {
  test("share calls, and each delivery has its one end", async () => {
    const sizes = watchCalls();
    await useInlinePlugin({ name: "brief", projects: ["brief"], source: "onSubmit() {}", manifest: RETRIED });
    const runs = await runTogether("brief", ASSETS);
    expect(runs.map(({ outcome, attempt }) => [outcome, attempt])).toEqual(ASSETS.map(() => [OK, 1]));
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    const { results } = await env.DB.prepare("SELECT state, attempts FROM deliveries WHERE project_id = 'brief'").all();
    expect(results).toEqual(Array.from({ length: WARM_RUNS + ASSETS.length }, () => ({ state: "done", attempts: 1 })));
  });

  test("cannot use the doors of one that is over", async () => {
    const sizes = watchCalls();
    const source = `
      static left = null;
      async onSubmit({ assetId }) {
        if (!assetId.startsWith("x")) return;
        const { left } = PluginHandler;
        PluginHandler.left ??= { kili: this.kili, logger: this.logger };
        if (left === null) return "left";
        left.logger.info("in the name of the run before");
        return left.kili.sendBackToQueue({ assetIds: [assetId] }).then(() => "sent", ({ code }) => code);
      }`;
    const manifest = { ...RETRIED, permissions: { kili: ["assets:write"] } };
    await useInlinePlugin({ name: "leaving", projects: ["leaving"], source, manifest });
    const runs = await runTogether("leaving", ASSETS);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    const results = runs.map(({ outcome }) => outcome.type === "ok" && outcome.result);
    expect(results.filter((result) => result === '"left"')).toHaveLength(1);
    expect(results.filter((result) => result === '"sent"')).toEqual([]);
    expect(runs.flatMap(({ logs }) => logs)).toEqual([]);
    expect(await callsOf("leaving")).toEqual([]);
  });

  test("share none with runs whose writes are only recorded", async () => {
    const sizes = watchCalls();
    const manifest = { ...RETRIED, mode: "shadow" } as const;
    await useInlinePlugin({ name: "shadow", projects: ["shadow"], source: "onSubmit() {}", manifest });
    const runs = await runTogether("shadow", ASSETS);
    expect(runs.map(({ outcome }) => outcome)).toEqual(ASSETS.map(() => OK));
    expect(sizes).toEqual([]);
  });

  test("share none where they have no other attempt", async () => {
    const sizes = watchCalls();
    await useInlinePlugin({ name: "once", projects: ["once"], source: "onSubmit() {}" });
    const runs = await runTogether("once", ASSETS);
    expect(runs.map(({ outcome }) => outcome)).toEqual(ASSETS.map(() => OK));
    expect(sizes).toEqual([]);
  });
});
