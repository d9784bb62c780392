// Every shape of code that never ends is stopped by its budget, and a neighbour's run in the same isolate still works.
// A missed one freezes its process: it runs in one of its own, which is killed in time.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { meterBundle } from "../../worker/build/meter-bundle.ts";
import { RUNAWAY_SHAPES } from "./runaway-shapes.ts";

const EMPTY_MAP = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
const RUN_RUNAWAY = fileURLToPath(new URL("./run-runaway.ts", import.meta.url));
/** What every module has besides its runaway: honest work. */
const NEIGHBOUR = `\nexport async function neighbour() { let n = 0; for (let i = 0; i < 1000; i++) n += i % 2; await null; return [n].map((x) => x)[0] }`;
const KILL_AFTER_MS = 15_000;

const STACK_IS_PATCHED = ["prototypes that are patched", "stacks that are patched and throw"];

describe("metering", () => {
  it.each(Object.entries(RUNAWAY_SHAPES))("stops %s", (name, code) => {
    const child = spawnSync(process.execPath, [RUN_RUNAWAY], {
      input: meterBundle(code + NEIGHBOUR, EMPTY_MAP).code,
      timeout: KILL_AFTER_MS,
      killSignal: "SIGKILL",
      encoding: "utf8",
    });
    expect(child.signal, "it was still running").toBeNull();
    expect(child.stderr).toBe("");
    const { ending, ...ended } = JSON.parse(child.stdout) as { readonly ending: string };
    expect(["CpuLimitExceeded", "pending", "returned"]).toContain(ending);
    const showsPlugin = !STACK_IS_PATCHED.includes(name);
    expect(ended).toEqual({ exceeded: true, showsPlugin, wentOn: false, answer: 500 });
  });
});
