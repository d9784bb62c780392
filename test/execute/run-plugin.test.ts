// One attempt, whatever the isolate answers: always one report, and nothing in it that the host did not check.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { createConsole } from "../../plugins/sdk/create-console.ts";
import type { GuestReport } from "../../schemas/guest.ts";
import type { RunReport } from "../../schemas/run.ts";
import type { SourceMap } from "../../worker/execute/parse-source-map.ts";
import { runPlugin, type RunDeps, type RunRequest } from "../../worker/execute/run-plugin.ts";
import { MAX_RESULT_BYTES } from "../../worker/limits.ts";
import { inlineArtifact, type InlinePlugin } from "../dispatch/inline-plugin.ts";
import { webhookBody } from "../test-host.ts";

const LIMITS = { cpu_ms: 1_000, timeout_ms: 1_000, subrequests: 5, log_lines: 50 };
let hashes = 0;

interface Setup {
  readonly source?: string;
  readonly deps?: Partial<RunDeps>;
  readonly manifest?: InlinePlugin["manifest"];
  /** Another for each run, unless given: isolates are shared by it. */
  readonly hash?: string;
}

/** Runs an inline plugin once, on a label. */
async function run({ source = "onSubmit() {}", deps, manifest, hash }: Setup): Promise<RunReport> {
  const artifact = await inlineArtifact({
    name: "one",
    projects: [],
    source,
    manifest: { limits: LIMITS, ...manifest },
  });
  hashes += 1;
  const plugin: RunRequest["plugin"] = {
    ...{ name: "one", pluginId: "p", versionId: "v", kind: "code", version: "1.0.0", handlers: [] },
    ...{ hash: hash ?? `${artifact.hash}-${hashes}`, manifest: artifact.manifest },
  };
  return runPlugin(
    {
      ...{ runId: "run_1", attempt: 1, deliveryId: "dl_1", plugin, projectId: "p", eventType: "onSubmit" },
      ...{ body: JSON.stringify(webhookBody("p")), generation: 0, place: 0 },
    },
    {
      loader: env.LOADER,
      assets: env.ASSETS,
      doors: { kili: null, net: null },
      ledger: { calls: [], refusals: [], overLimit: false },
      readCode: async () => artifact.code,
      readSourceMap: async () => null,
      variable: () => null,
      now: () => Date.now(),
      ...deps,
    },
  );
}

/** A loader whose isolates answer as told. */
function answering(answer: () => Promise<Response>): Partial<RunDeps> {
  const loader = { get: () => ({ getEntrypoint: () => ({ fetch: answer }) }) };
  return { loader: loader as unknown as WorkerLoader };
}

const REPORT: GuestReport = {
  ending: { type: "ok", result: null },
  logs: [],
  droppedLogLines: 0,
  refusals: [],
  cpuMs: null,
};

describe("an isolate that answers", () => {
  test("with its report", async () => {
    const report = await run({ source: "onSubmit({ assetId }) { this.logger.warning('saw', assetId); return [1]; }" });
    expect(report).toMatchObject({ outcome: { type: "ok", result: "[1]" }, calls: [], refusals: [] });
    expect(report.logs.map(({ level, content }) => [level, content])).toEqual([["warning", "saw asset-1"]]);
    expect(report.wallMs).toBeGreaterThanOrEqual(0);
  });

  test("says whether it had to be loaded first", async () => {
    const hash = "c".repeat(64);
    expect((await run({ hash })).coldStart).toBe(true);
    expect((await run({ hash })).coldStart).toBe(false);
  });

  test("as its harness wants, whatever the plugin makes of its globals", async () => {
    const source = `onSubmit() {
      for (const name of ["json", "error", "redirect"]) Response[name] = () => { throw new Error("exceeded memory"); };
      JSON.stringify = () => "{";
      Date.now = () => 1e300;
      this.logger.info("patched");
    }`;
    const { outcome, logs } = await run({ source });
    expect([outcome, logs.map(({ content }) => content)]).toEqual([{ type: "ok", result: null }, ["patched"]]);
  });

  test.each<[string, () => Promise<Response>]>([
    ["text that is no report", async () => new Response("{", { headers: { "content-type": "application/json" } })],
    ["nothing", async () => new Response(null)],
    ["an error", () => Promise.reject(new Error("Network connection lost."))],
  ])("%s is lost", async (_, answer) => {
    expect((await run({ deps: answering(answer) })).outcome.type).toBe("lost");
  });

  test("without end is left, in little time and memory", async () => {
    const piece = new Uint8Array(1024 * 1024).fill(32);
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(piece.slice()),
      cancel: () => {
        cancelled = true;
      },
    });
    const answer = async (): Promise<Response> =>
      new Response(endless, { headers: { "content-type": "application/json" } });
    const { outcome } = await run({ deps: answering(answer) });
    expect(outcome).toMatchObject({ type: "lost", message: expect.stringContaining("answer is over") as string });
    expect(cancelled).toBe(true);
  });

  test("with more than it may is cut to it", async () => {
    const refusal = { capability: "env", wanted: "\ud83d", at: -1e300 } as const;
    const forged: GuestReport = {
      ...REPORT,
      ending: { type: "ok", result: "x".repeat(MAX_RESULT_BYTES + 1) },
      logs: Array.from({ length: 500 }, () => ({ at: 1e300, level: "info", content: "again" }) as const),
      refusals: Array.from({ length: 5_000 }, () => refusal),
    };
    const { outcome, logs, refusals } = await run({ deps: answering(async () => Response.json([forged])) });
    expect(outcome).toEqual({ type: "result_limit", bytes: MAX_RESULT_BYTES + 1, limitBytes: MAX_RESULT_BYTES });
    expect(logs).toHaveLength(LIMITS.log_lines + 1);
    expect(refusals.length).toBeLessThanOrEqual(50);
    for (const { at } of [...logs, ...refusals]) expect(Number.isNaN(new Date(at).getTime())).toBe(false);
    for (const { wanted } of refusals) expect(wanted.isWellFormed()).toBe(true);
  });

  test.each([-1, 0.5, 2 ** 31, 1e300])("a CPU time of %d is no report", async (cpuMs) => {
    const report = await run({ deps: answering(async () => Response.json([{ ...REPORT, cpuMs }])) });
    expect(report).toMatchObject({ outcome: { type: "lost" }, cpuMs: null });
  });
});

describe("an isolate that does not", () => {
  test("in time is cancelled, its lines kept", async () => {
    const source = "onSubmit() { this.logger.info('before'); return new Promise(() => setTimeout(() => {}, 60_000)); }";
    const report = await run({ source, manifest: { limits: { ...LIMITS, timeout_ms: 1_500 } } });
    expect(report.outcome).toEqual({ type: "timeout", limitMs: 1_500 });
    expect(report.logs.map(({ content }) => content)).toEqual(["before"]);
  });

  test("in time is stopped: what it left going does nothing more, in an isolate that goes on", async () => {
    const source = `
      import { PluginCore } from "kili-edge/sdk";
      const left = { runs: 0, timer: 0, loop: 0 };
      export default class PluginHandler extends PluginCore {
        async onSubmit() {
          left.runs += 1;
          if (left.runs === 1) {
            setInterval(() => { left.timer += 1; }, 5);
            for (;;) { await scheduler.wait(5); left.loop += 1; }
          }
          const before = { ...left };
          await scheduler.wait(200);
          return [before, left];
        }
      }`;
    const hash = "d".repeat(64);
    expect((await run({ source, hash })).outcome).toEqual({ type: "timeout", limitMs: LIMITS.timeout_ms });
    const { outcome, coldStart } = await run({ source, hash });
    expect(coldStart).toBe(false);
    if (outcome.type !== "ok") throw new Error(JSON.stringify(outcome));
    const [before, after] = JSON.parse(outcome.result ?? "[]") as Record<"loop" | "runs" | "timer", number>[];
    expect(before).toMatchObject({ runs: 2 });
    // It was under way, and had been for as long as it might.
    expect(before?.timer).toBeGreaterThan(0);
    expect(before?.loop).toBeGreaterThan(0);
    expect(after).toEqual(before);
  });

  test.each([
    ["a syntax error", "export default class {"],
    ["an error at load", "export default class {}; throw new Error('not today');"],
    ["a module that is not there", "import './nothing.js'; export default class {}"],
  ])("load, for %s", async (_, source) => {
    const { outcome } = await run({ source });
    expect(outcome).toMatchObject({
      type: "load_failed",
      message: expect.stringMatching(/^Failed to start Worker/) as string,
    });
  });

  test("get its code is lost, and says why", async () => {
    const readCode = (): Promise<string> => Promise.reject(new Error("database is busy"));
    const { outcome } = await run({ deps: { readCode } });
    expect(outcome).toEqual({ type: "lost", message: "artifact could not be read: Error: database is busy" });
  });

  test("get its code is lost for each run that waited for it", async () => {
    let asked = 0;
    const readCode = async (): Promise<string> => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error("database is busy");
    };
    const artifact = await inlineArtifact({ name: "many", projects: [], source: "onSubmit() {}" });
    const plugin: RunRequest["plugin"] = {
      ...{ name: "many", pluginId: "p", versionId: "v", kind: "code", version: "1.0.0", handlers: [] },
      ...{ hash: `${artifact.hash}-shared`, manifest: artifact.manifest },
    };
    const once = (): Promise<RunReport> =>
      runPlugin(
        {
          ...{ runId: "run_1", attempt: 1, deliveryId: "dl_1", plugin, projectId: "p", eventType: "onSubmit" },
          ...{ body: "{}", generation: 0, place: 0 },
        },
        {
          ...{
            loader: env.LOADER,
            assets: env.ASSETS,
            doors: { kili: null, net: null },
            readCode,
            readSourceMap: async () => null,
          },
          ...{ ledger: { calls: [], refusals: [], overLimit: false }, variable: () => null, now: () => Date.now() },
        },
      );
    const reports = await Promise.all(Array.from({ length: 5 }, once));
    expect(reports.map(({ outcome }) => outcome.type)).toEqual(Array<string>(5).fill("lost"));
    // And so it stays under this name: another generation is wanted.
    expect((await once()).outcome.type).toBe("lost");
    expect(asked).toBeGreaterThan(0);
  });

  test("get its source map still says what was thrown", async () => {
    const readSourceMap = (): Promise<null> => Promise.reject(new Error("database is busy"));
    const { outcome } = await run({ source: "onSubmit() { throw new TypeError('no'); }", deps: { readSourceMap } });
    expect(outcome).toMatchObject({ type: "threw", name: "TypeError", message: "no" });
  });
});

describe("a stack that is logged", () => {
  // Of the inline plugins' module, whose class begins in its second line.
  const SOURCE = `onSubmit() {
    this.logger.info("before");
    for (const name of ["one", "two"]) console.error(new Error(name));
  }`;
  const MAP: SourceMap = { find: (line, column) => ({ file: "main.ts", line: line - 2, column }), chars: 0 };
  const contentsOf = (report: RunReport): string[] => report.logs.map(({ content }) => content);

  test("names the author's lines, and none of ours; the map is read once", async () => {
    let reads = 0;
    const readSourceMap = async (): Promise<SourceMap> => {
      reads += 1;
      return MAP;
    };
    const report = await run({ source: SOURCE, deps: { readSourceMap } });
    expect(contentsOf(report)).toEqual([
      "before",
      "Error: one\n    at PluginHandler.onSubmit (main.ts:3:54)",
      "Error: two\n    at PluginHandler.onSubmit (main.ts:3:54)",
    ]);
    expect(reads).toBe(1);
    const thrown = await run({
      source: "onSubmit() { console.error(new Error('x')); throw 1; }",
      deps: { readSourceMap },
    });
    expect(thrown.outcome.type).toBe("threw");
    expect(reads).toBe(2);
  });

  test("of a run without an end does so as well", async () => {
    const source =
      "onSubmit() { console.error(new Error('x')); return new Promise(() => setTimeout(() => {}, 60_000)); }";
    const deps = { readSourceMap: async () => MAP };
    const report = await run({ source, deps, manifest: { limits: { ...LIMITS, timeout_ms: 1_500 } } });
    expect(report.outcome.type).toBe("timeout");
    expect(contentsOf(report)).toEqual(["Error: x\n    at PluginHandler.onSubmit (main.ts:1:28)"]);
  });

  test("costs a run without one no map, and loses its places without one", async () => {
    const readSourceMap = (): Promise<null> => Promise.reject(new Error("database is busy"));
    let reads = 0;
    const counting = async (): Promise<null> => {
      reads += 1;
      return null;
    };
    await run({ source: "onSubmit() { console.error('no stack'); }", deps: { readSourceMap: counting } });
    expect(reads).toBe(0);
    const lines = contentsOf(await run({ source: SOURCE, deps: { readSourceMap } }));
    expect(lines[1]).toBe("Error: one\n    at PluginHandler.onSubmit (plugin.js:5:54)");
  });

  test("is the author's already in Python", async () => {
    const content = "    at f (plugin.js:1:1)";
    const forged: GuestReport = {
      ...REPORT,
      ending: { type: "threw", name: "E", message: "no", stack: content },
      logs: [{ at: 1, level: "error", content }],
    };
    const report = await run({
      manifest: { main: "main.py" },
      deps: {
        ...answering(async () => Response.json([forged])),
        readSourceMap: () => Promise.reject(new Error("nobody asks")),
      },
    });
    expect(contentsOf(report)).toEqual([content]);
  });
});

describe("the console", () => {
  /** What an inspector or a terminal would make something of; Node writes nothing for it, either. */
  const NOT_LOGGED = ["clear", "context", "createTask", "profile", "profileEnd", "timeStamp"];

  test("has every method the platform has, or is said not to", async () => {
    const source = `onSubmit() {
      const methods = Object.entries(Object.getOwnPropertyDescriptors(console));
      return methods.filter(([, { value }]) => typeof value === "function").map(([name]) => name);
    }`;
    const { outcome } = await run({ source });
    const found = outcome.type === "ok" ? (JSON.parse(outcome.result ?? "[]") as string[]) : [];
    const captured = Object.keys(
      createConsole(
        () => undefined,
        () => 0,
      ),
    );
    expect(captured).toContain("log");
    expect(found.filter((name) => !NOT_LOGGED.includes(name)).sort()).toEqual(captured.sort());
  });

  test("counts and times for one run, though another was in its isolate before, and patched what it could", async () => {
    const source = `onSubmit() {
      console.group("boxes");
      console.count();
      console.time("t");
      console.assert(1 > 2, "no");
      console.timeLog("t");
      console.groupEnd();
      for (const name of ["get", "set"]) for (const one of [Map, WeakMap]) one.prototype[name] = () => { throw 1; };
      Date.now = () => 1e300;
    }`;
    const hash = "e".repeat(64);
    for (const coldStart of [true, false]) {
      const report = await run({ source, hash });
      expect(report).toMatchObject({ outcome: { type: "ok" }, coldStart });
      const lines = report.logs.map(({ level, content }) => `${level}: ${content}`);
      expect(lines.map((text) => text.replace(/\d+ ms/, "0 ms"))).toEqual([
        ...["info: boxes", "info: default: 1", "error: Assertion failed: no", "info: t: 0 ms"],
      ]);
    }
  });
});

describe("what a run is given", () => {
  test("the variables it declared, of those the host has", async () => {
    const source = "onSubmit() { return [this.env.get('A'), this.env.get('B') ?? 'nothing']; }";
    const manifest = { permissions: { env: ["A", "B"] } };
    const { outcome } = await run({ source, manifest, deps: { variable: (name) => (name === "A" ? "value" : null) } });
    expect(outcome).toEqual({ type: "ok", result: '["value","nothing"]' });
  });

  test("the doors' ledger becomes its calls, and their excess its outcome", async () => {
    const call = { kind: "net", target: "GET example.com", result: "ok", startedAt: 1, ms: 2, detail: null } as const;
    const refusal = { capability: "net", wanted: "evil.example:443", at: 3 } as const;
    const report = await run({ deps: { ledger: { calls: [call], refusals: [refusal], overLimit: true } } });
    expect(report).toMatchObject({
      outcome: { type: "subrequest_limit", limit: 5 },
      calls: [call],
      refusals: [refusal],
    });
  });
});
