// Python plugins that misbehave, one per limit. After each, the next run of the same plugin is well.
import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../schemas/run.ts";
import { linesOf, pythonPlugin, runPython } from "./run-python.ts";

/** More CPU time than what is well needs on a busy machine, where waiting for a turn counts as well. */
const LIMITS = { cpu_ms: 5_000, timeout_ms: 20_000, subrequests: 50, log_lines: 50 };

/** A plugin that misbehaves for the asset "bad", and else says so. */
function misbehaving(body: string, head = ""): string {
  const lines = body.split("\n").map((line) => `            ${line}`);
  return `${head}from kili.plugins import PluginCore

class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        if asset_id == "bad":
${lines.join("\n")}
        return "well"
`;
}

async function outcomes(body: string, limits = {}): Promise<RunOutcome[]> {
  const run = pythonPlugin({ files: misbehaving(body), manifest: { limits: { ...LIMITS, ...limits } } });
  const bad = await run({ payload: { asset_id: "bad" } });
  return [bad.outcome, (await run()).outcome];
}

const WELL = { type: "ok", result: '"well"' };
const LITTLE_CPU = { cpu_ms: 600 };
const OUT_OF_CPU = { type: "cpu_limit", limitMs: LITTLE_CPU.cpu_ms };

describe("CPU time", () => {
  test.each([
    ["an endless loop", "while True:\n    pass", 7],
    [
      "a loop that catches everything",
      "while True:\n    try:\n        pass\n    except BaseException:\n        pass",
      null,
    ],
    ["one that cleans up for ever", "try:\n    while True: pass\nfinally:\n    while True: pass", 7],
    ["a generator without end", "import itertools\nsum(1 for _ in itertools.count())", 7],
    [
      "recursion that catches itself",
      "def f():\n    while True:\n        try: f()\n        except RecursionError: pass\nf()",
      null,
    ],
    ["a power of a large number", "x = 7 ** 10_000_000\nwhile True: x = x * 3 % 1_000_003", null],
    ["work after catching the limit", "try:\n    while True: pass\nexcept BaseException:\n    return 'caught'", 7],
    [
      "a handler for the signal",
      "import signal\nsignal.signal(signal.SIGINT, lambda *_: None)\nwhile True: pass",
      null,
    ],
  ])("%s is stopped", async (_, body, line) => {
    const [bad, next] = await outcomes(body, LITTLE_CPU);
    expect(bad).toMatchObject(OUT_OF_CPU);
    if (line !== null) expect(bad).toMatchObject({ where: { file: "main.py", line } });
    expect(next).toEqual(WELL);
  });

  test("what loading a module takes is not the run's", async () => {
    const head = "import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end: pass\n";
    const limits = { ...LIMITS, ...LITTLE_CPU };
    expect((await runPython({ files: misbehaving("pass", head), manifest: { limits } })).outcome).toEqual(WELL);
  });

  test("a module that loops when it is loaded is stopped too", async () => {
    const { outcome } = await runPython({
      files: "while True: pass\n",
      manifest: { limits: { ...LIMITS, ...LITTLE_CPU } },
    });
    expect(outcome).toMatchObject({ ...OUT_OF_CPU, where: { file: "main.py", line: 1 } });
  });
});

describe("CPU time of a load", () => {
  /** Computes for a while as it is loaded. */
  const loading = (seconds: number): string =>
    `import time\nend = time.monotonic() + ${seconds}\nwhile time.monotonic() < end: pass\n`;

  test("is bounded by the deployment's cap, also in a run", async () => {
    const { outcome, cpuMs } = await runPython({
      files: misbehaving("pass", loading(3)),
      manifest: { limits: LIMITS },
      deps: { maxCpuMs: 600 },
    });
    expect(outcome).toMatchObject({ type: "cpu_limit", where: { file: "main.py", line: 3 } });
    expect(cpuMs).toBeGreaterThanOrEqual(600);
    expect(cpuMs).toBeLessThan(2_500);
  });

  test.each([
    ["failed", "pass", `${loading(0.5)}raise ValueError("no")\n`, "threw"],
    ["has to be done again, since its interpreter is gone", "raise MemoryError()", loading(0.5), "memory_limit"],
  ])("that %s is the run's", async (_, body, head, type) => {
    const bad = { asset_id: "bad" };
    const { outcome, cpuMs } = await runPython({
      files: misbehaving(body, head),
      payload: bad,
      manifest: { limits: LIMITS },
    });
    expect(outcome).toMatchObject({ type });
    expect(cpuMs).toBeGreaterThanOrEqual(500);
  });

  test("that went well is not", async () => {
    const { outcome, cpuMs } = await runPython({
      files: misbehaving("pass", loading(1)),
      manifest: { limits: LIMITS },
    });
    expect(outcome).toEqual(WELL);
    expect(cpuMs ?? 0).toBeLessThan(900);
  });
});

describe("memory", () => {
  test.each([
    ["one large object", "b'x' * 500_000_000"],
    ["many small ones", "kept = []\nwhile True: kept.append(bytearray(100_000))"],
  ])("%s does not fit", async (_, body) => {
    const [bad, next] = await outcomes(body);
    expect(bad).toEqual({ type: "memory_limit", message: expect.stringContaining("MemoryError") as string });
    expect(next).toEqual(WELL);
  });
});

describe("wall time", () => {
  test("a sleep is cut off, and costs no CPU time", async () => {
    const [bad, next] = await outcomes("import time\nprint('before')\ntime.sleep(3600)", { timeout_ms: 1_000 });
    expect(bad).toEqual({ type: "timeout", limitMs: 1_000 });
    expect(next).toEqual(WELL);
  });

  test("a short sleep is no matter, and what was printed before a cut stays", async () => {
    const run = pythonPlugin({
      files: misbehaving("print('before')\nimport time\ntime.sleep(60)", "import time\n"),
      manifest: { limits: { ...LIMITS, timeout_ms: 1_000 } },
    });
    expect(linesOf(await run({ payload: { asset_id: "bad" } }))).toEqual(["info: before"]);
    const slept = await runPython({
      files: misbehaving("import time\ntime.sleep(0.05)"),
      manifest: { limits: LIMITS },
      payload: { asset_id: "bad" },
    });
    expect(slept.outcome).toEqual(WELL);
  });
});

describe("logs and results", () => {
  test("a flood of lines is cut", async () => {
    const files = misbehaving("for n in range(20_000): print(n)\nself.logger.error('last')");
    const report = await runPython({
      files,
      manifest: { limits: LIMITS },
      payload: { asset_id: "bad" },
    });
    expect(report.outcome).toEqual(WELL);
    expect(report.logs.length).toBeLessThanOrEqual(LIMITS.log_lines + 1);
  });

  test("a large result is refused", async () => {
    const [bad, next] = await outcomes("return 'x' * 100_000");
    expect(bad).toMatchObject({ type: "result_limit", bytes: 100_002 });
    expect(next).toEqual(WELL);
  });

  test("what is no JSON is no result", async () => {
    expect((await outcomes("return object()"))[0]).toEqual({ type: "ok", result: null });
  });
});

describe("ways out", () => {
  test.each([
    ["sys.exit", "import sys\nsys.exit(3)", { type: "threw", name: "SystemExit" }],
    ["os._exit", "import os\nos._exit(3)", { type: "threw", name: "InterpreterEnded" }],
    ["os.abort", "import os\nos.abort()", { type: "threw" }],
    ["a null pointer", "import ctypes\nctypes.string_at(0x7fffffff)", { type: "threw" }],
    ["unbounded recursion", "def f(): f()\nf()", { type: "threw", name: "RecursionError" }],
    ["a process", "import subprocess\nsubprocess.run(['ls'])", { type: "threw" }],
    ["a socket", "import socket\nsocket.create_connection(('example.com', 80), 1)", { type: "threw" }],
    ["a thread", "import threading\nthreading.Thread(target=print).start()", { type: "threw", name: "RuntimeError" }],
    ["JavaScript's globals", "import js\njs.fetch('https://example.com')", { type: "threw", name: "AttributeError" }],
    ["evaluating JavaScript", "from pyodide.code import run_js\nrun_js('1')", { type: "threw" }],
  ])("%s is none", async (_, body, expected) => {
    const [bad, next] = await outcomes(body);
    expect(bad).toMatchObject(expected);
    expect(next).toEqual(WELL);
  });
});
