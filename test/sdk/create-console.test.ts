import { describe, expect, it } from "vitest";
import type { LogLevel } from "../../schemas/run.ts";
import { createConsole, type ConsoleMethod } from "../../plugins/sdk/create-console.ts";

/** A console, the lines that were written with it, and a clock that stands still unless it is moved. */
function openConsole() {
  const lines: [LogLevel, string][] = [];
  const newRun = () => ({ write: (level: LogLevel, content: string) => void lines.push([level, content]) });
  const state = { run: newRun() as ReturnType<typeof newRun> | undefined, now: 1_000 };
  const methods = createConsole(
    () => state.run,
    () => state.now,
  );
  const call = (name: string, ...values: unknown[]): void => (methods[name] as ConsoleMethod)(...values);
  return { methods, lines, state, newRun, call };
}

describe("createConsole", () => {
  it.each<[string, LogLevel]>([
    ...(["debug", "trace"] as const).map((name): [string, LogLevel] => [name, "debug"]),
    ...(["log", "info", "dir", "dirxml", "table", "group", "groupCollapsed"] as const).map(
      (name): [string, LogLevel] => [name, "info"],
    ),
    ["warn", "warning"],
    ["error", "error"],
  ])("%s writes its values at %s", (name, level) => {
    const { call, lines } = openConsole();
    call(name, "a", { b: 1 });
    expect(lines).toEqual([[level, "a { b: 1 }"]]);
  });

  it("writes what was to be true and is not, as an error", () => {
    const { call, lines } = openConsole();
    for (const condition of [true, 1, "yes", {}]) call("assert", condition, "never written");
    call("assert", false);
    call("assert", 0, "boxes", { left: 0 });
    call("assert");
    expect(lines).toEqual([
      ["error", "Assertion failed"],
      ["error", "Assertion failed: boxes { left: 0 }"],
      ["error", "Assertion failed"],
    ]);
  });

  it("writes nothing for a group without a name, nor for its end", () => {
    const { call, lines } = openConsole();
    call("group");
    call("groupEnd");
    expect(lines).toEqual([]);
  });

  it("counts by label, from the start again after a reset", () => {
    const { call, lines } = openConsole();
    for (const label of [undefined, "default", "box", "__proto__", 1]) call("count", label);
    call("count");
    call("countReset");
    call("count");
    call("countReset", "circle");
    expect(lines.map(([, content]) => content)).toEqual([
      ...["default: 1", "default: 2", "box: 1", "__proto__: 1", "1: 1", "default: 3", "default: 1"],
      'Cannot reset "circle": found no such counter',
    ]);
    expect(lines.at(-1)?.[0]).toBe("warning");
  });

  it("tells the time since a label's timer began, until it ends", () => {
    const { call, lines, state } = openConsole();
    call("time", "load");
    state.now += 12;
    call("timeLog", "load", "half", { done: 1 });
    call("time", "load");
    state.now += 30;
    call("timeEnd", "load");
    call("timeEnd", "load");
    call("timeLog");
    expect(lines).toEqual([
      ["info", "load: 12 ms half { done: 1 }"],
      ["warning", 'Cannot time "load": its timer runs already'],
      ["info", "load: 42 ms"],
      ["warning", 'Cannot tell the time of "load": found no such timer'],
      ["warning", 'Cannot tell the time of "default": found no such timer'],
    ]);
  });

  it("keeps the labels of a run to that run", () => {
    const { call, lines, newRun, state } = openConsole();
    const first = state.run;
    call("count");
    call("time");
    state.run = newRun();
    call("count");
    call("timeEnd");
    state.run = first;
    call("count");
    expect(lines.map(([, content]) => content)).toEqual([
      ...["default: 1", "default: 1", 'Cannot tell the time of "default": found no such timer', "default: 2"],
    ]);
  });

  it("keeps a bounded number of labels, and tells of those that are too many", () => {
    const { call, lines } = openConsole();
    for (let label = 0; label < 60; label += 1) {
      call("count", `count ${label}`);
      call("time", `time ${label}`);
    }
    const [, refused] = lines.at(-1) ?? [];
    expect(refused).toBe('Cannot time "time 59": the run has 100 labels, at most 100');
    call("timeEnd", "time 0");
    call("count", "one more");
    expect(lines.at(-1)).toEqual(["info", "one more: 1"]);
    // Those it has go on.
    call("count", "count 0");
    expect(lines.at(-1)).toEqual(["info", "count 0: 2"]);
  });

  it("cuts long labels, and takes any value for one", () => {
    const { call, lines } = openConsole();
    call("count", "x".repeat(100_000));
    expect(lines[0]?.[1]).toBe(`${"x".repeat(256)}: 1`);
    for (const label of [Symbol("s"), null, { a: 1 }, Object.create(null)]) call("count", label);
    expect(lines.slice(1).map(([, content]) => content)).toEqual(["Symbol(s): 1", "null: 1", "{ a: 1 }: 1", "{}: 1"]);
  });

  it("writes nothing outside of a run", () => {
    const { lines, methods, state } = openConsole();
    state.run = undefined;
    for (const method of Object.values(methods)) method("x");
    expect(lines).toEqual([]);
  });
});
