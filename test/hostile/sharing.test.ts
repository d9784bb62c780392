// Runs that share an isolate, and plugins that prepare it for the runs to come: what one leaves behind must not work
// on in the next, and no answer of an isolate makes the host run it again. The plugins here are not built, so that
// nothing but the isolate and the host stops them.
import { describe, expect, test } from "vitest";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { postWebhook, waitForRuns, webhookBody, type SeenRun } from "../test-host.ts";

async function runOn(projectId: string, eventType = "onSubmit"): Promise<SeenRun> {
  const answer = await postWebhook(webhookBody(projectId, { eventType }));
  const { id } = await answer.json<{ id: string }>();
  const [run] = await waitForRuns(id, 1);
  if (run === undefined) throw new Error("no run");
  return run;
}

function resultOf({ outcome }: SeenRun): unknown {
  if (outcome.type !== "ok") throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.result ?? "null");
}

const PERMISSIONS = { permissions: { kili: ["labels:read"], net: ["example.com"] }, events: ["onSubmit", "onReview"] };

describe("what a run leaves to the next", () => {
  test("timers, waits, doors and loggers are dead when it is over", async () => {
    const source = `
      import { PluginCore } from "kili-edge/sdk";
      const left = { ticks: 0, fired: false, woken: false };
      export default class PluginHandler extends PluginCore {
        onSubmit() {
          setTimeout(() => { left.fired = true; }, 50);
          setInterval(() => { left.ticks += 1; }, 10);
          Object.assign(left, { kili: this.kili, logger: this.logger, fetch: () => fetch("http://example.com/") });
          void (async () => {
            await new Promise((resolve) => { left.wake = resolve; });
            left.woken = true;
          })();
        }
        async onReview() {
          await new Promise((resolve) => setTimeout(resolve, 200));
          left.wake();
          await new Promise((resolve) => setTimeout(resolve, 50));
          const labels = await left.kili.labels({ assetIds: ["a"] }).then(() => "read", (error) => error.message);
          left.logger.info("in the name of the run before");
          this.logger.info("in its own name");
          const { ticks, fired, woken } = left;
          return { ticks, fired, woken, labels };
        }
      }`;
    await useInlinePlugin({ name: "afterlife", projects: ["afterlife"], source, manifest: PERMISSIONS });
    await runOn("afterlife");
    const run = await runOn("afterlife", "onReview");
    const labels = expect.stringMatching(/the run is over|on behalf of a different request/) as string;
    expect(resultOf(run)).toEqual({ ticks: 0, fired: false, woken: false, labels });
    expect(run.logs).toEqual(["info: in its own name"]);
  });

  test("prototypes that are set up for the harness show it nothing but the plugin's own", async () => {
    const source = `
      import { PluginCore } from "kili-edge/sdk";
      const caught = [];
      const lookAt = (name) => Object.defineProperty(Object.prototype, name, {
        configurable: true, get() { caught.push(name); }, set() { caught.push(name); },
      });
      export default class PluginHandler extends PluginCore {
        onSubmit() {
          if (caught.ready) return caught.filter((name) => ["props", "kili", "net", "runId", "cpuMs", "exceeded"].includes(name));
          caught.ready = true;
          for (const name of ["props", "kili", "net", "runId", "cpuMs", "exceeded", "type", "ending", "result", "status"]) lookAt(name);
        }
      }`;
    await useInlinePlugin({ name: "set-up", projects: ["set-up"], source, manifest: PERMISSIONS });
    await runOn("set-up");
    expect(resultOf(await runOn("set-up"))).toEqual([]);
  });
});

describe("what an isolate answers in place of its harness", () => {
  /** A plugin that puts its own answer in place of every Response its isolate makes, the first few times. */
  const answering = (body: string): string => `
    import { PluginCore } from "kili-edge/sdk";
    const Real = Response;
    let runs = 0;
    export default class PluginHandler extends PluginCore {
      async onSubmit() {
        runs += 1;
        if (runs > 3) globalThis.Response = Real;
        else { const answer = await (async () => { ${body} })(); globalThis.Response = function () { return answer(); }; globalThis.Response.json = answer; }
        return runs;
      }
    }`;

  test.each<[string, string, RegExp]>([
    [
      "a redirect to itself",
      `return () => new Real(null, { status: 307, headers: { location: "http://plugin/" } });`,
      /answer ended without a report/,
    ],
    [
      "a redirect elsewhere",
      `return () => new Real(null, { status: 302, headers: { location: "https://example.com/" } });`,
      /answer ended without a report/,
    ],
    [
      "a socket",
      `return () => new Real(null, { status: 101, webSocket: new WebSocketPair()[0] });`,
      /return a WebSocket/,
    ],
    ["nothing a Response is", `return () => ({ then: (resolve) => resolve(1) });`, /./],
    [
      "a bomb, compressed",
      `let left = 600;
       const spaces = new ReadableStream({ pull(c) { if (left-- === 0) c.close(); else c.enqueue(new Uint8Array(65536).fill(32)); } });
       const packed = await new Real(spaces.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
       return () => new Real(packed, { encodeBody: "manual", headers: { "content-type": "application/json", "content-encoding": "gzip" } });`,
      /answer is over \d+ bytes/,
    ],
    [
      "a report about somebody else",
      `return () => new Real(JSON.stringify([{ ending: { type: "ok", result: null }, runId: "run_other", logs: [], droppedLogLines: -1, refusals: [], cpuMs: -5 }]), { headers: { "content-type": "application/json" } });`,
      /answer is not a report/,
    ],
  ])("%s: the run is lost, and has run once", async (name, body, message) => {
    const projectId = name.replaceAll(/\W/g, "-");
    await useInlinePlugin({ name: projectId, projects: [projectId], source: answering(body) });
    const { outcome } = await runOn(projectId);
    expect(outcome).toMatchObject({ type: "lost", message: expect.stringMatching(message) as string });
    // A lost run leaves its isolate behind, so the next one counts from the start.
    expect((await runOn(projectId)).outcome).toMatchObject({ type: "lost" });
  });
});

describe("what a handler returns or throws", () => {
  test.each<[string, string, unknown]>([
    ["a thenable that never resolves", `return { then() {} };`, { type: "timeout" }],
    [
      "a thenable that resolves twice",
      `return { then(resolve) { resolve(1); resolve(2); throw new Error("late"); } };`,
      { type: "ok", result: "1" },
    ],
    [
      "a proxy that throws whatever is asked",
      `return new Proxy({}, { get(_, key) { if (key === "then") return undefined; throw new Error("hands off"); }, ownKeys() { throw new Error("hands off"); } });`,
      { type: "threw", message: "hands off" },
    ],
    [
      "a value that says something else as JSON",
      `return { toJSON: () => ({ type: "ok", ending: 1 }) };`,
      { type: "ok", result: '{"type":"ok","ending":1}' },
    ],
    ["a value whose JSON is huge", `return { toJSON: () => "x".repeat(9_000_000) };`, { type: "result_limit" }],
    ["a circle", `const one = {}; one.one = one; return one;`, { type: "threw", name: "TypeError" }],
    [
      "an error whose message is a trap",
      `throw Object.defineProperty(new Error(), "message", { get() { throw new Error("trap"); } });`,
      { type: "threw", message: "a value that cannot be described" },
    ],
    [
      "an error that changes as it is read",
      `let n = 0; throw Object.defineProperty(new Error(), "stack", { get() { n += 1; return n > 1 ? {} : "x"; } });`,
      { type: "threw" },
    ],
    [
      "an error whose name is an object",
      `throw Object.assign(new Error("m"), { name: { [Symbol.toPrimitive]: () => "Trap" } });`,
      { type: "threw", name: "Trap" },
    ],
    [
      "an error with a huge stack",
      `throw Object.assign(new Error("m"), { stack: "    at x (plugin.js:1:1)\\n".repeat(300_000) });`,
      { type: "threw", message: "m" },
    ],
    ["an error with a huge message", `throw new Error("m".repeat(6_000_000));`, { type: "threw", name: "Error" }],
    [
      "a value that throws when it becomes text",
      `throw { [Symbol.toPrimitive]() { throw 1; } };`,
      { type: "threw", message: "a value that cannot be described" },
    ],
    [
      "a rejection nobody waits for",
      `void Promise.reject(new Error("unhandled")); return 1;`,
      { type: "ok", result: "1" },
    ],
    [
      "microtasks that go on after it",
      `let n = 0; const again = () => { if (n++ < 50_000) queueMicrotask(again); }; again(); return 1;`,
      { type: "ok", result: "1" },
    ],
    [
      "what cannot be cloned",
      `try { structuredClone(() => {}); } catch (error) { return error.name; }`,
      { type: "ok", result: '"DataCloneError"' },
    ],
    [
      "a wait that would block the thread",
      `try { Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0); } catch (error) { return error.name; }`,
      { type: "ok", result: '"TypeError"' },
    ],
    [
      "a wait that nobody ends",
      `await Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(8)), 0, 0).value;`,
      { type: "timeout" },
    ],
  ])("%s", async (name, body, expected) => {
    const projectId = name.replaceAll(/\W/g, "-");
    const limits = { cpu_ms: 1_000, timeout_ms: 1_500, subrequests: 0, log_lines: 5 };
    await useInlinePlugin({
      name: projectId,
      projects: [projectId],
      source: `async onSubmit() { ${body} }`,
      manifest: { limits },
    });
    expect((await runOn(projectId)).outcome).toMatchObject(expected as object);
  });
});
