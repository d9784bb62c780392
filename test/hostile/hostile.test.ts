// One plugin per way to misbehave. Each must end in exactly one outcome, and a well-behaved neighbour on the same
// project must end well meanwhile. If metering missed a loop the whole process would hang: build-for-tests.ts has
// a watchdog for that.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../schemas/run.ts";
import { MAX_RESULT_BYTES } from "../../worker/limits.ts";
import { postWebhook, useTestPlugin, waitForRuns, webhookBody } from "../test-host.ts";
import { freshProject, NEIGHBOUR, runBesideNeighbour, type HostileRun } from "./run-beside-neighbour.ts";

function at(plugin: string, file = "main.ts"): string {
  return `test/hostile/plugins/${plugin}/${file}`;
}

const OK: RunOutcome = { type: "ok", result: null };

// Where the stack ends is the engine's to say: in the function's head, or in its call of itself.
const DEEPER = new RegExp(
  `^RangeError: Maximum call stack size exceeded` +
    `(?:\n    at deeper \\(${at("deep-recursion")}:4:\\d+\\))?` +
    `(?:\n    at deeper \\(${at("deep-recursion")}:5:10\\))+$`,
);

/** What a refusal of the host ends a run in that does not catch it; `frame` is the author's line of its stack. */
function refused(message: string, frame: string): RunOutcome {
  return { type: "threw", name: "NotCapable", message, stack: `NotCapable: ${message}\n    at ${frame}` };
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
    ["swallowing-loop", 8, 18],
    ["endless-microtasks", 6, 19],
    ["endless-thenable", 8, 53],
    ["async-loop", 6, 14],
    ["endless-generator", 5, 12],
    ["patched-globals", 17, 13],
  ])("%s ends in cpu_limit", async (name, line, column) => {
    const { outcome, logs } = await runBesideNeighbour(name);
    expect(outcome).toEqual({ type: "cpu_limit", limitMs: 100, where: { file: at(name), line, column } });
    expect(logs).toEqual([]);
  });

  test("a loop in a dependency is named where it stands", async () => {
    const { outcome } = await runBesideNeighbour("looping-dependency");
    expect(outcome).toEqual({
      type: "cpu_limit",
      limitMs: 100,
      where: { file: at("looping-dependency", "vendor/spin.js"), line: 3, column: 37 },
    });
  });

  test("deep recursion is the plugin's own error", async () => {
    const { outcome } = await runBesideNeighbour("deep-recursion");
    expect(outcome).toEqual({
      type: "threw",
      name: "RangeError",
      message: "Maximum call stack size exceeded",
      stack: expect.stringMatching(DEEPER) as string,
    });
  });

  test("a loop at load becomes a build error", async () => {
    await expect(useTestPlugin("loop-at-load", [])).rejects.toThrow(/was not registered.*CpuLimitExceeded/s);
  });

  test("a loop in code that was made while the module loaded is never made", async () => {
    await expect(useTestPlugin("function-made-at-load", [])).rejects.toThrow(/was not registered.*EvalError/s);
  });

  test("Node's modules are out of reach, and with them a way out of the run", async () => {
    const run = await runBesideNeighbour("reaching-for-node");
    expect(run.outcome).toEqual(OK);
    expect(run.logs).toEqual(["info: process undefined", "info: Buffer undefined", "info: navigator is a browser's"]);
  });

  test("one project's loop leaves another project's events alone", async () => {
    const mine = freshProject();
    const theirs = freshProject();
    await useTestPlugin("endless-loop", [mine]);
    await useTestPlugin(NEIGHBOUR, [theirs]);
    const [looping, fine] = await Promise.all([postWebhook(webhookBody(mine)), postWebhook(webhookBody(theirs))]);
    const ids = await Promise.all([looping.json<{ id: string }>(), fine.json<{ id: string }>()]);
    expect(await waitForRuns(ids[1].id, 1)).toMatchObject([{ plugin: NEIGHBOUR, outcome: OK }]);
    const where = { file: at("endless-loop"), line: 8, column: 24 };
    const outcome = { type: "cpu_limit", limitMs: 100, where };
    expect(await waitForRuns(ids[0].id, 1)).toMatchObject([{ plugin: "endless-loop", outcome }]);
  });
});

describe("wall time", () => {
  test("a promise that never resolves times out, with its log lines", async () => {
    const run = await runBesideNeighbour("never-resolving");
    expect(run.outcome).toEqual({ type: "timeout", limitMs: 1_000 });
    expect(run.logs).toEqual(["info: first line", "info: second line"]);
  });

  test("lines logged over time survive the timeout", async () => {
    const run = await runBesideNeighbour("slow-logger");
    expect(run.outcome).toEqual({ type: "timeout", limitMs: 1_000 });
    expect(run.logs).toEqual(["info: line 0", "info: line 1", "info: line 2", "info: line 3"]);
  });
});

describe("sizes", () => {
  test("a log flood is cut at log_lines, and says so", async () => {
    const run = await runBesideNeighbour("log-flood");
    expect(run.outcome).toEqual(OK);
    expect(run.logs).toHaveLength(21);
    expect(run.logs.at(0)).toBe(`info: 0: ${"x".repeat(2_000)}`);
    expect(run.logs.at(-1)).toBe(
      "warning: 4980 more log lines were dropped: at most 20 lines and 262144 characters are kept of a run",
    );
  });

  test("a huge result is refused, not stored", async () => {
    const { outcome } = await runBesideNeighbour("huge-result");
    expect(outcome).toEqual({ type: "result_limit", bytes: 10_000_002, limitBytes: MAX_RESULT_BYTES });
  });
});

describe("network", () => {
  test("a host that is not listed", async () => {
    const run = await runBesideNeighbour("forbidden-host");
    const message = 'Requires net access to "forbidden.example.com:443": add it to [permissions] net in plugin.toml';
    expect(run.outcome).toEqual(refused(message, `PluginHandler.onSubmit (${at("forbidden-host")}:6:11)`));
    expect(await auditOf(run)).toEqual(["net: forbidden.example.com:443"]);
  });

  test("a redirect onto a host that is not listed", async () => {
    const run = await runBesideNeighbour("forbidden-redirect");
    const message = 'Requires net access to "forbidden.example.com:443": add it to [permissions] net in plugin.toml';
    expect(run.outcome).toEqual(refused(message, `async PluginHandler.onSubmit (${at("forbidden-redirect")}:8:5)`));
    expect(run.logs).toEqual(["info: allowed 200"]);
    expect(await auditOf(run)).toEqual(["net: forbidden.example.com:443"]);
  });

  test("private addresses in every spelling, also when the manifest lists them", async () => {
    const run = await runBesideNeighbour("private-addresses");
    expect(run.outcome).toEqual(OK);
    expect(run.logs).toHaveLength(18);
    for (const line of run.logs) expect(line).toMatch(/^info: http.*: NotCapable$/);
    const hosts = ["[::1]", "[::ffff:7f00:1]", "[::ffff:7f00:1]", "[fd00::1]", "[fe80::1]", "localhost", "localhost."];
    hosts.push(...Array<string>(6).fill("127.0.0.1"), "0.0.0.0", "10.0.0.1", "169.254.169.254", "172.16.0.1");
    hosts.push("192.168.1.1");
    expect((await auditOf(run)).toSorted()).toEqual(hosts.map((host) => `net: ${host}:80`).toSorted());
  });

  test("every way out but fetch", async () => {
    const run = await runBesideNeighbour("other-ways-out");
    expect(run.outcome).toEqual(OK);
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
    expect(run.outcome).toEqual(refused(message, `PluginHandler.onSubmit (${at("unasked-env")}:7:14)`));
    expect(run.logs).toEqual(["info: asked for 0.5"]);
    expect(await auditOf(run)).toEqual(["env: UNASKED"]);
  });

  test("the host's own secrets are no plugin's variables, whatever its manifest says", async () => {
    const run = await runBesideNeighbour("host-secrets");
    expect(run.outcome).toEqual(OK);
    expect(run.logs).toEqual(
      ["WEBHOOK_SECRET", "ADMIN_API_KEY", "KILI_API_KEY"].map((name) => `info: ${name} nothing`),
    );
  });
});

describe("doors", () => {
  test("a write through a door opened for reading", async () => {
    const run = await runBesideNeighbour("wrong-scope");
    const message = 'Requires kili access to "issues:write": add it to [permissions] kili in plugin.toml';
    expect(run.outcome).toEqual(refused(message, `async PluginHandler.onSubmit (${at("wrong-scope")}:6:5)`));
    expect(await auditOf(run)).toEqual(["kili: issues:write"]);
  });

  test("a Kili call without any permission", async () => {
    const run = await runBesideNeighbour("no-scope");
    const message =
      'Requires kili access: [permissions] kili in plugin.toml is empty, add the scopes that its calls need ("kili-edge check" names them)';
    expect(run.outcome).toEqual(refused(message, `async PluginHandler.onSubmit (${at("no-scope")}:6:5)`));
    expect(await auditOf(run)).toEqual(["kili: a Kili call without any kili permission"]);
  });

  test("more calls than declared end the run in subrequest_limit, also when it swallows the errors", async () => {
    const run = await runBesideNeighbour("call-flood");
    expect(run.outcome).toEqual({ type: "subrequest_limit", limit: 3 });
  });
});

test("what is thrown need not be an error, nor be looked at", async () => {
  const { outcome } = await runBesideNeighbour("strange-throws");
  expect(outcome).toEqual({ type: "threw", name: "Error", message: "a value that cannot be described", stack: null });
});

test("an error in the log has the author's lines, and forged ones do no harm", async () => {
  const { outcome, logs } = await runBesideNeighbour("forged-stacks");
  expect(outcome).toEqual({ type: "ok", result: null });
  const file = at("forged-stacks");
  expect(logs[0]?.split("\n")).toEqual([
    "error: asset Error: unchecked",
    `    at PluginHandler.onSubmit (${file}:19:30)`,
    "caused by RangeError: nothing wanted",
    `    at check (${file}:9:30)`,
    `    at PluginHandler.onSubmit (${file}:17:7) asset-1`,
  ]);
  expect(logs.at(-1)).toMatch(/^warning: \d+ more log lines were dropped/);
});
