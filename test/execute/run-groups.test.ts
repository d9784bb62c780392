// Runs that are called together: each has its own end, whatever becomes of the others.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { RunReport } from "../../schemas/run.ts";
import { RunGroups } from "../../worker/execute/run-groups.ts";
import { meterBundle } from "../../worker/build/meter-bundle.ts";
import { runPlugin, type RunDeps, type RunRequest } from "../../worker/execute/run-plugin.ts";
import { inlineArtifact, type InlinePlugin } from "../dispatch/inline-plugin.ts";
import { webhookBody } from "../test-host.ts";

const LIMITS = { cpu_ms: 300, timeout_ms: 1_500, subrequests: 5, log_lines: 50 };
const OK = { type: "ok", result: null };
let hashes = 0;

interface Together {
  readonly reports: readonly RunReport[];
  /** Calls of the isolate. */
  readonly calls: number;
}

/** Runs an inline plugin on as many labels as there are assets, all at once. */
async function runTogether(
  source: string,
  assetIds: readonly string[],
  { manifest, body, ...deps }: Partial<RunDeps> & { manifest?: InlinePlugin["manifest"]; body?: string } = {},
): Promise<Together> {
  const artifact = await inlineArtifact({
    ...{ name: "one", projects: [], source, manifest: { limits: LIMITS, ...manifest } },
  });
  hashes += 1;
  const plugin: RunRequest["plugin"] = {
    ...{ name: "one", pluginId: "p", versionId: "v", kind: "code", version: "1.0.0", handlers: [] },
    ...{ hash: `${artifact.hash}-together-${hashes}`, manifest: artifact.manifest },
  };
  let calls = 0;
  const loader: RunDeps["loader"] = {
    get(name, code) {
      calls += 1;
      return (deps.loader ?? env.LOADER).get(name, code);
    },
  };
  const groups = new RunGroups();
  const reports = await Promise.all(
    assetIds.map((assetId, index) =>
      runPlugin(
        {
          ...{ runId: `run_${index}`, attempt: 1, deliveryId: `dl_${index}`, plugin, projectId: "p" },
          ...{ eventType: "onSubmit", generation: 0, place: 0 },
          body: body ?? JSON.stringify(webhookBody("p", { payload: { label: { id: "l" }, asset_id: assetId } })),
        },
        {
          ...{ assets: env.ASSETS, doors: { kili: null, net: null }, variable: () => null, now: () => Date.now() },
          ledger: { calls: [], refusals: [], overLimit: false },
          readCode: async () => meterBundle(artifact.code, artifact.sourceMap).code,
          readSourceMap: async () => null,
          groups,
          ...deps,
          loader,
        },
      ),
    ),
  );
  return { reports, calls };
}

const linesOf = ({ logs }: RunReport): string[] => logs.map(({ content }) => content);
const outcomesOf = (reports: readonly RunReport[]): unknown[] => reports.map(({ outcome }) => outcome);

describe("runs of a group", () => {
  test("are one call, and each has its own input, log, result and id", async () => {
    const source = `onSubmit({ assetId }) { this.logger.info(assetId, this.run.id, this.run.idempotencyKey); return assetId; }`;
    const { reports, calls } = await runTogether(source, ["a", "b", "c"]);
    expect(calls).toBe(1);
    expect(outcomesOf(reports)).toEqual(["a", "b", "c"].map((id) => ({ type: "ok", result: `"${id}"` })));
    expect(reports.map(linesOf)).toEqual([["a run_0 dl_0"], ["b run_1 dl_1"], ["c run_2 dl_2"]]);
  });

  test("have more to say together than a header holds", async () => {
    const source = `onSubmit({ assetId }) { return assetId.repeat(2_000) + "é"; }`;
    const { reports, calls } = await runTogether(source, ["a", "b", "c", "d"]);
    expect(calls).toBe(1);
    expect(outcomesOf(reports)).toEqual(
      ["a", "b", "c", "d"].map((id) => ({ type: "ok", result: `"${id.repeat(2_000)}é"` })),
    );
  });

  test("are in turn, and those that would have to wait for one that waits are called alone", async () => {
    const source = `async onSubmit({ assetId }) {
      for (let i = 0; i < 3; i += 1) { this.logger.info(assetId, i); console.warn(assetId); await scheduler.wait(60); }
    }`;
    const { reports, calls } = await runTogether(source, ["a", "b"]);
    expect(calls).toBe(2);
    expect(outcomesOf(reports)).toEqual([OK, OK]);
    const lines = (id: string): string[] => [0, 1, 2].flatMap((i) => [`${id} ${i}`, id]);
    expect(reports.map(linesOf)).toEqual([lines("a"), lines("b")]);
  });

  test("throw, loop and hang each for themselves", async () => {
    const source = `async onSubmit({ assetId }) {
      this.logger.info("began", assetId);
      if (assetId === "throws") throw new TypeError("no");
      if (assetId.startsWith("loops")) while (true) await null;
      if (assetId === "hangs") await new Promise(() => setTimeout(() => {}, 60_000));
      return assetId;
    }`;
    const assetIds = ["one", "throws", "loops", "loops too", "hangs", "two"];
    const { reports } = await runTogether(source, assetIds);
    const overCpu = { type: "cpu_limit", limitMs: LIMITS.cpu_ms };
    expect(outcomesOf(reports)).toMatchObject([
      { type: "ok", result: '"one"' },
      { type: "threw", name: "TypeError", message: "no" },
      overCpu,
      overCpu,
      { type: "timeout", limitMs: LIMITS.timeout_ms },
      { type: "ok", result: '"two"' },
    ]);
    expect(reports.map(linesOf)).toEqual(assetIds.map((id) => [`began ${id}`]));
  });

  test("leave no loop behind that hides its time, or the next one's", async () => {
    const source = `onSubmit({ assetId }) {
      void (async () => { for (;;) await null; })();
      return assetId;
    }`;
    const assetIds = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const { reports } = await runTogether(source, assetIds);
    expect(outcomesOf(reports)).toEqual(assetIds.map((id) => ({ type: "ok", result: `"${id}"` })));
    // All of it is over before the first answer, on the one thread: with loops that went on there would be none.
    for (const { cpuMs } of reports) expect(cpuMs ?? 0).toBeLessThan(LIMITS.cpu_ms);
  });

  test("have their time counted, also where one has used all timers up", async () => {
    const source = `async onSubmit() {
      for (let i = 0; i < 9_900; i += 1) setTimeout(Number, 100_000);
      const fill = setTimeout.bind(null, Number, 100_000);
      const big = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => i));
      await scheduler.wait(20);
      // No step of the plugin's own, at which the meter would take the last one.
      try { Array.from({ length: 500 }, fill); } catch {}
      for (const began = Date.now(); Date.now() - began < 1_200; ) JSON.parse(big);
    }`;
    const { reports } = await runTogether(source, ["a"]);
    expect(outcomesOf(reports)).toMatchObject([{ type: "cpu_limit", limitMs: LIMITS.cpu_ms }]);
  });

  test("have as much to say as each would have alone", async () => {
    const source = `onSubmit() { for (let i = 0; i < 32; i += 1) this.logger.info("é中".repeat(4_090)); }`;
    const { reports, calls } = await runTogether(
      source,
      Array.from({ length: 16 }, (_, index) => `asset ${index}`),
    );
    expect(calls).toBeLessThan(16);
    expect(reports.map(({ outcome, logs }) => [outcome.type, logs.length])).toEqual(reports.map(() => ["ok", 32]));
  });

  test("are lost together where their isolate is, except those that had reported", async () => {
    const source = `async onSubmit({ assetId }) { if (assetId !== "early") await scheduler.wait(60_000); }`;
    const { reports } = await runTogether(source, ["early", "late"], { loader: losingAfter(400) });
    expect(outcomesOf(reports)).toEqual([OK, { type: "lost", message: "gone" }]);
    const { reports: unread } = await runTogether("onSubmit() {}", ["a", "b", "c"], { loader: answeringNothing() });
    expect(outcomesOf(unread)).toMatchObject([{ type: "lost" }, { type: "lost" }, { type: "lost" }]);
  });

  test("take nobody's fault for their own where their call breaks", async () => {
    const { reports } = await runTogether("onSubmit() {}", ["a", "b", "c"], { loader: { get: () => BREAKING } });
    const message =
      "its isolate ended while 2 other runs of the plugin ran in the same call: Worker exceeded memory limit.";
    expect(outcomesOf(reports)).toEqual([1, 2, 3].map(() => ({ type: "lost", message })));
  });

  test("leave no logger that still writes", async () => {
    const source = `
      static left = null;
      async onSubmit({ assetId }) {
        const { left } = PluginHandler;
        PluginHandler.left ??= { logger: this.logger };
        left?.logger.info("written by", assetId);
        this.logger.info("its own");
      }`;
    const { reports, calls } = await runTogether(source, ["a", "b", "c"]);
    expect(calls).toBe(1);
    expect(reports.map(linesOf)).toEqual([["its own"], ["its own"], ["its own"]]);
  });

  test("leave no code that goes on in the name of the run before", async () => {
    const source = `
      static turns = 0;
      async onSubmit({ assetId }) {
        if (assetId === "a") {
          void (async () => {
            for (;;) {
              await scheduler.wait(1);
              PluginHandler.turns += 1;
              this.logger.info("still here");
              console.log("here as well");
            }
          })();
          return 0;
        }
        await scheduler.wait(15);
        return PluginHandler.turns;
      }`;
    const { reports } = await runTogether(source, ["a", "b", "c"]);
    expect(reports.flatMap(linesOf)).toEqual([]);
    const turns = reports.map(({ outcome }) => (outcome.type === "ok" ? Number(outcome.result) : NaN));
    for (const count of turns) expect(count).toBeLessThanOrEqual(1);
  });

  test("are lost together where their code cannot be read, and say so", async () => {
    const readCode = (): Promise<string> => Promise.reject(new Error("database is busy"));
    const { reports } = await runTogether("onSubmit() {}", ["a", "b"], { readCode });
    const lost = { type: "lost", message: "artifact could not be read: Error: database is busy" };
    expect(outcomesOf(reports)).toEqual([lost, lost]);
  });

  test("end where no isolate can be had at all", async () => {
    const loader = {
      get: () => {
        throw new Error("no more isolates");
      },
    };
    const { reports } = await runTogether("onSubmit() {}", ["a", "b"], { loader });
    expect(reports.map(({ outcome }) => outcome.type)).toEqual(["lost", "lost"]);
  });

  test("all say that their isolate had to be loaded", async () => {
    const { reports } = await runTogether("onSubmit() {}", ["a", "b"]);
    expect(reports.map(({ coldStart }) => coldStart)).toEqual([true, true]);
  });

  test("fail together where the version does not load", async () => {
    const { reports, calls } = await runTogether("export default class {}; throw new Error('not today');", ["a", "b"]);
    expect(calls).toBe(1);
    expect(reports.map(({ outcome }) => outcome.type)).toEqual(["load_failed", "load_failed"]);
  });
});

describe("a plugin that has prepared its isolate", () => {
  // Not built, so that nothing but the harness keeps it from what is not its own.
  const source = `
    import { PluginCore } from "kili-edge/sdk";
    let caught = "";
    const has = Object.prototype.hasOwnProperty;
    const look = (name, value) => {
      if (value === null || typeof value !== "object") return;
      if (has.call(value, "runId") || has.call(value, "runs")) caught += name + " ";
    };
    const watch = (owner, name) => {
      const real = owner[name];
      owner[name] = function (...given) {
        look(name, this);
        for (let i = 0; i < given.length; i += 1) look(name, given[i]);
        for (let i = 0; Array.isArray(this) && i < this.length; i += 1) look(name, this[i]);
        return real.apply(this, given);
      };
    };
    for (const name of ["0", "1", "next", "run", "runs", "ending", "props", "runId"])
      Object.defineProperty(Object.prototype, name, {
        configurable: true,
        get: () => undefined,
        set(value) { look("set " + name, value); look("set " + name, this); },
      });
    for (const name of ["push", "map", "forEach", "concat", "slice", "splice", "shift", "unshift", "entries", "values", Symbol.iterator])
      watch(Array.prototype, name);
    for (const name of ["from", "of"]) watch(Array, name);
    for (const name of ["assign", "entries", "values", "keys", "hasOwn", "freeze", "defineProperty"]) watch(Object, name);
    for (const name of ["all", "race", "resolve", "allSettled"]) watch(Promise, name);
    export default class PluginHandler extends PluginCore {
      onSubmit() { return caught; }
    }`;

  test("is handed nothing of another run of its group", async () => {
    const { reports, calls } = await runTogether(source, ["a", "b", "c"]);
    expect(calls).toBe(1);
    expect(outcomesOf(reports)).toEqual(["a", "b", "c"].map(() => ({ type: "ok", result: '""' })));
  });

  test("is called for no runs that it made up", async () => {
    const forged = `
      import { PluginCore } from "kili-edge/sdk";
      Object.prototype.runs = [{ runId: "forged", eventType: "onSubmit", body: "{}", cpuMs: 1e9 }];
      export default class PluginHandler extends PluginCore {
        onSubmit() { return this.run.id; }
      }`;
    const { reports } = await runTogether(forged, ["a"]);
    expect(outcomesOf(reports)).toEqual([{ type: "ok", result: '"run_0"' }]);
  });
});

describe("runs go alone", () => {
  const source = "onSubmit() {}";

  test.each<[string, Parameters<typeof runTogether>[2]]>([
    ["without a group", { groups: undefined }],
    ["where each has an isolate of its own", { manifest: { isolation: "run" } }],
    [
      "with a body too large to go along",
      { body: JSON.stringify({ ...webhookBody("p"), padding: "x".repeat(40_000) }) },
    ],
  ])("%s", async (_, options) => {
    const { reports, calls } = await runTogether(source, ["a", "b"], options);
    expect(calls).toBe(2);
    expect(outcomesOf(reports)).toEqual([OK, OK]);
  });
});

/** An isolate that ends under its call. */
const BREAKING = {
  getEntrypoint: () => ({ fetch: () => Promise.reject(new Error("Worker exceeded memory limit.")) }),
} as unknown as WorkerStub;

/** The real loader, but the answers of its isolates break after a time. */
function losingAfter(ms: number): RunDeps["loader"] {
  return {
    get: (name, code) =>
      ({
        getEntrypoint: (...entrypoint: Parameters<WorkerStub["getEntrypoint"]>) => ({
          async fetch(...request: Parameters<Fetcher["fetch"]>) {
            const answer = await env.LOADER.get(name, code)
              .getEntrypoint(...entrypoint)
              .fetch(...request);
            const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
            const body = new ReadableStream<Uint8Array>({
              start: (controller) => void setTimeout(() => controller.error(new Error("gone")), ms),
              async pull(controller) {
                const { value } = await reader.read();
                if (value !== undefined) controller.enqueue(value);
              },
            });
            return new Response(body, answer);
          },
        }),
      }) as unknown as WorkerStub,
  };
}

/** A loader whose isolates say nothing. */
function answeringNothing(): RunDeps["loader"] {
  return { get: () => ({ getEntrypoint: () => ({ fetch: async () => new Response(null) }) }) as unknown as WorkerStub };
}
