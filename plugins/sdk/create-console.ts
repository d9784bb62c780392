// The methods of `console` as a plugin has them: lines of the run that calls them, as Node means them. Counters and
// timers are the run's own. Groups are named and not indented: a run's lines are also the logger's.
import type { LogLevel } from "../../schemas/run.ts";
import { renderValue } from "./render-value.ts";

/** The run that calls, as far as its console is concerned. */
export interface ConsoleRun {
  readonly write: (level: LogLevel, content: string) => void;
}

export type ConsoleMethod = (...values: readonly unknown[]) => void;

/** Labels that one run may count and time, and the length of one. */
const MAX_LABELS = 100;
const MAX_LABEL_CHARS = 256;

interface Labels {
  /** By label, without a prototype: a label may have any name. */
  readonly counts: Record<string, number | undefined>;
  readonly startedAt: Record<string, number | undefined>;
  /** How many of both there are. */
  kept: number;
}

/**
 * Each method by its name. Missing is what speaks to an inspector or a terminal alone, in Node as well: `clear`,
 * `profile`, `profileEnd`, `timeStamp`, `context` and `createTask`.
 */
export function createConsole(
  currentRun: () => ConsoleRun | undefined,
  now: () => number,
): Readonly<Record<string, ConsoleMethod>> {
  const labels = new WeakMap<ConsoleRun, Labels>();
  // Taken while they are the platform's: a plugin that patched them would be handed the counters of later runs.
  const find = labels.get.bind(labels);
  const keep = labels.set.bind(labels);
  const labelsOf = (run: ConsoleRun): Labels => {
    const found = find(run);
    if (found !== undefined) return found;
    const made = { counts: withoutPrototype(), startedAt: withoutPrototype(), kept: 0 };
    keep(run, made);
    return made;
  };

  const at =
    (level: LogLevel): ConsoleMethod =>
    (...values) =>
      currentRun()?.write(level, render(values));
  const ofLabel =
    (method: (run: ConsoleRun, label: string, labels: Labels, values: readonly unknown[]) => void): ConsoleMethod =>
    (...values) => {
      const run = currentRun();
      if (run !== undefined) method(run, toLabel(values[0]), labelsOf(run), values);
    };
  const tellTime = (run: ConsoleRun, label: string, since: number | undefined, values: readonly unknown[]): void => {
    if (since === undefined) return run.write("warning", `Cannot tell the time of "${label}": found no such timer`);
    const more = values.length > 1 ? ` ${render(values.slice(1))}` : "";
    run.write("info", `${label}: ${now() - since} ms${more}`);
  };
  const group: ConsoleMethod = (...values) => {
    if (values.length > 0) currentRun()?.write("info", render(values));
  };
  return {
    debug: at("debug"),
    trace: at("debug"),
    log: at("info"),
    info: at("info"),
    dir: at("info"),
    dirxml: at("info"),
    table: at("info"),
    warn: at("warning"),
    error: at("error"),
    assert(condition, ...values) {
      if (!condition) currentRun()?.write("error", `Assertion failed${values.length > 0 ? `: ${render(values)}` : ""}`);
    },
    group,
    groupCollapsed: group,
    groupEnd() {},
    count: ofLabel((run, label, labels) => {
      if (labels.counts[label] === undefined && !takeRoom(labels)) return refuse(run, "count", label);
      const count = (labels.counts[label] ?? 0) + 1;
      labels.counts[label] = count;
      run.write("info", `${label}: ${count}`);
    }),
    countReset: ofLabel((run, label, { counts }) => {
      if (counts[label] === undefined) run.write("warning", `Cannot reset "${label}": found no such counter`);
      else counts[label] = 0;
    }),
    time: ofLabel((run, label, labels) => {
      if (labels.startedAt[label] !== undefined)
        return run.write("warning", `Cannot time "${label}": its timer runs already`);
      if (!takeRoom(labels)) return refuse(run, "time", label);
      labels.startedAt[label] = now();
    }),
    timeLog: ofLabel((run, label, { startedAt }, values) => tellTime(run, label, startedAt[label], values)),
    timeEnd: ofLabel((run, label, labels) => {
      const since = labels.startedAt[label];
      tellTime(run, label, since, []);
      if (since === undefined) return;
      delete labels.startedAt[label];
      labels.kept -= 1;
    }),
  };
}

function render(values: readonly unknown[]): string {
  return values.map(renderValue).join(" ");
}

function toLabel(value: unknown): string {
  return value === undefined ? "default" : renderValue(value).slice(0, MAX_LABEL_CHARS);
}

function withoutPrototype(): Record<string, number | undefined> {
  return { __proto__: null } as unknown as Record<string, number | undefined>;
}

function takeRoom(labels: Labels): boolean {
  if (labels.kept >= MAX_LABELS) return false;
  labels.kept += 1;
  return true;
}

function refuse(run: ConsoleRun, what: "count" | "time", label: string): void {
  run.write("warning", `Cannot ${what} "${label}": the run has ${MAX_LABELS} labels, at most ${MAX_LABELS}`);
}
