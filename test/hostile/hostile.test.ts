// One plugin per way to misbehave. Each must end in exactly one outcome, and a well-behaved neighbour on the same
// project must end well meanwhile. If metering missed a loop the whole process would hang: build-for-tests.ts has
// a watchdog for that.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../schemas/run.ts";
import { postWebhook, useTestPlugin, waitForRuns, webhookBody } from "../test-host.ts";
import { freshProject, NEIGHBOUR, runBesideNeighbour, type HostileRun } from "./run-beside-neighbour.ts";

function at(plugin: string, file = "main.ts"): string {
  return `test/hostile/plugins/${plugin}/${file}`;
}

async function auditOf(run: HostileRun): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT audit.detail FROM audit JOIN runs ON runs.id = audit.run_id WHERE runs.event_id = ?1 ORDER BY audit.id",
  )
    .bind(run.eventId)
    .all<{ detail: string }>();
  return results.map((row) => row.detail);
}

describe("CPU time", () => {
  test("an endless loop ends with the line that was running", async () => {
    const run = await runBesideNeighbour("endless-loop");
    expect(run.outcome).toEqual({
      type: "cpu_limit",
      limitMs: 100,
      where: { file: at("endless-loop"), line: 8, column: 24 },
    });
    expect(run.logs).toEqual(["info: before the loop"]);
  });

  test.each([
    "swallowing-loop",
    "endless-microtasks",
    "endless-thenable",
    "async-loop",
    "endless-generator",
    "patched-globals",
  ])("%s ends in cpu_limit", async (name) => {
    const { outcome } = await runBesideNeighbour(name);
    expect(outcome).toMatchObject({ type: "cpu_limit", limitMs: 100, where: { file: at(name) } });
  });

  test("a loop in a dependency is named where it stands", async () => {
    const { outcome } = await runBesideNeighbour("looping-dependency");
    expect(outcome).toMatchObject({
      type: "cpu_limit",
      where: { file: at("looping-dependency", "vendor/spin.js"), line: 3 },
    });
  });

  test("deep recursion is the plugin's own error", async () => {
    const { outcome } = await runBesideNeighbour("deep-recursion");
    expect(outcome).toMatchObject({ type: "threw", name: "RangeError" });
    expect((outcome as Extract<RunOutcome, { type: "threw" }>).stack).toContain("main.ts:5");
  });

  test("a loop at load becomes a build error", async () => {
    await expect(useTestPlugin("loop-at-load", [])).rejects.toThrow(/was not registered.*CpuLimitExceeded/s);
  });

  test("a loop in code that was made while the module loaded is never made", async () => {
    await expect(useTestPlugin("function-made-at-load", [])).rejects.toThrow(/was not registered.*EvalError/s);
  });

  test("Node's modules are out of reach, and with them a way out of the run", async () => {
    const run = await runBesideNeighbour("reaching-for-node");
    expect(run.outcome.type).toBe("ok");
    expect(run.logs).toEqual(["info: process undefined", "info: Buffer undefined", "info: navigator is a browser's"]);
  });

  test("one project's loop leaves another project's events alone", async () => {
    const mine = freshProject();
    const theirs = freshProject();
    await useTestPlugin("endless-loop", [mine]);
    await useTestPlugin(NEIGHBOUR, [theirs]);
    const [looping, fine] = await Promise.all([postWebhook(webhookBody(mine)), postWebhook(webhookBody(theirs))]);
    const ids = await Promise.all([looping.json<{ id: string }>(), fine.json<{ id: string }>()]);
    expect((await waitForRuns(ids[1].id, 1))[0]?.outcome.type).toBe("ok");
    expect((await waitForRuns(ids[0].id, 1))[0]?.outcome.type).toBe("cpu_limit");
  });
});

describe("wall time", () => {
  test("a promise that never resolves times out, with its log lines", async () => {
    const run = await runBesideNeighbour("never-resolving");
    expect(run.outcome).toEqual({ type: "timeout", limitMs: 400 });
    expect(run.logs).toEqual(["info: first line", "info: second line"]);
  });

  test("lines logged over time survive the timeout", async () => {
    const run = await runBesideNeighbour("slow-logger");
    expect(run.outcome).toEqual({ type: "timeout", limitMs: 600 });
    expect(run.logs).toEqual(["info: line 0", "info: line 1", "info: line 2", "info: line 3"]);
  });
});

describe("sizes", () => {
  test("a log flood is cut at log_lines, and says so", async () => {
    const run = await runBesideNeighbour("log-flood");
    expect(run.outcome.type).toBe("ok");
    expect(run.logs).toHaveLength(21);
    expect(run.logs.at(-1)).toMatch(/^warning: 4980 more log lines were dropped: at most 20 lines/);
  });

  test("a huge result is refused, not stored", async () => {
    const { outcome } = await runBesideNeighbour("huge-result");
    expect(outcome).toMatchObject({ type: "result_limit", bytes: 10_000_002 });
  });
});

describe("network", () => {
  test("a host that is not listed", async () => {
    const run = await runBesideNeighbour("forbidden-host");
    const message = 'Requires net access to "forbidden.example.com:443": add it to [permissions] net in plugin.toml';
    expect(run.outcome).toMatchObject({ type: "threw", name: "NotCapable", message });
    expect(await auditOf(run)).toEqual(["net: forbidden.example.com:443"]);
  });

  test("a redirect onto a host that is not listed", async () => {
    const run = await runBesideNeighbour("forbidden-redirect");
    const message = 'Requires net access to "forbidden.example.com:443": add it to [permissions] net in plugin.toml';
    expect(run.outcome).toMatchObject({ type: "threw", name: "NotCapable", message });
    expect(run.logs).toEqual(["info: allowed 200"]);
    expect(await auditOf(run)).toEqual(["net: forbidden.example.com:443"]);
  });

  test("private addresses in every spelling, also when the manifest lists them", async () => {
    const run = await runBesideNeighbour("private-addresses");
    expect(run.outcome.type).toBe("ok");
    expect(run.logs).toHaveLength(18);
    for (const line of run.logs) expect(line).toMatch(/^info: http.*: NotCapable$/);
    expect(await auditOf(run)).toHaveLength(18);
  });

  test("every way out but fetch", async () => {
    const run = await runBesideNeighbour("other-ways-out");
    expect(run.outcome.type).toBe("ok");
    expect(run.logs).toEqual([
      "info: WebSocket: NotCapable",
      "info: EventSource: NotCapable",
      "info: caches: TypeError",
      "info: sendBeacon: NotCapable",
      "info: eval: EvalError",
      "info: Function: EvalError",
      "info: AsyncFunction: EvalError",
      "info: WebAssembly: CompileError",
    ]);
    expect(await auditOf(run)).toEqual(["net: WebSocket", "net: EventSource", "net: sendBeacon"]);
  });
});

describe("secrets", () => {
  test("a variable it did not ask for", async () => {
    const run = await runBesideNeighbour("unasked-env");
    const message = 'Requires env access to "UNASKED": add it to [permissions] env in plugin.toml';
    expect(run.outcome).toMatchObject({ type: "threw", name: "NotCapable", message });
    expect(run.logs).toEqual(["info: asked for 0.5"]);
    expect(await auditOf(run)).toEqual(["env: UNASKED"]);
  });

  test("the host's own secrets are no plugin's variables, whatever its manifest says", async () => {
    const run = await runBesideNeighbour("host-secrets");
    expect(run.outcome.type).toBe("ok");
    expect(run.logs).toEqual(
      ["WEBHOOK_SECRET", "ADMIN_API_KEY", "KILI_API_KEY"].map((name) => `info: ${name} nothing`),
    );
  });
});

describe("doors", () => {
  test("a write through a door opened for reading", async () => {
    const run = await runBesideNeighbour("wrong-scope");
    const message = 'Requires kili access to "issues:write": add it to [permissions] kili in plugin.toml';
    expect(run.outcome).toMatchObject({ type: "threw", name: "NotCapable", message });
    expect(await auditOf(run)).toEqual(["kili: issues:write"]);
  });

  test("a Kili call without any permission", async () => {
    const run = await runBesideNeighbour("no-scope");
    expect(run.outcome).toMatchObject({ type: "threw", name: "NotCapable" });
    expect(await auditOf(run)).toEqual(["kili: a Kili call without any kili permission"]);
  });

  test("more calls than declared end the run in subrequest_limit, also when it swallows the errors", async () => {
    const run = await runBesideNeighbour("call-flood");
    expect(run.outcome).toEqual({ type: "subrequest_limit", limit: 3 });
  });

  test("no door is reachable from the instance, and a forged run id moves nothing", async () => {
    const run = await runBesideNeighbour("reaching-for-doors");
    expect(run.outcome.type).toBe("ok");
    expect(run.logs).toEqual(["info: doors found: none"]);
    const row = await env.DB.prepare(
      "SELECT calls FROM runs WHERE event_id = ?1 AND plugin_name = 'reaching-for-doors'",
    )
      .bind(run.eventId)
      .first<{ calls: string }>();
    expect(JSON.parse(row?.calls ?? "[]")).toMatchObject([{ target: "sendBackAssetsToQueue", result: "dry_run" }]);
  });
});

test("what is thrown need not be an error, nor be looked at", async () => {
  const { outcome } = await runBesideNeighbour("strange-throws");
  expect(outcome).toEqual({ type: "threw", name: "Error", message: "a value that cannot be described", stack: null });
});
