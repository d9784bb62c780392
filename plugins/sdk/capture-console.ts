// Makes console.* write log lines of the run that called it, as print does on Kili's own runner.
import type { LogLevel } from "../../schemas/run.ts";
import type { GuestRun } from "./guest-run.ts";
import { renderValue } from "./render-value.ts";

const LEVELS = {
  debug: "debug",
  trace: "debug",
  log: "info",
  info: "info",
  dir: "info",
  table: "info",
  warn: "warning",
  error: "error",
} as const satisfies Record<string, LogLevel>;

/** Replaces the isolate's console. Lines written while modules load belong to no run and are dropped. */
export function captureConsole(currentRun: () => GuestRun | undefined): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    Object.defineProperty(console, method, {
      value: (...values: unknown[]) => currentRun()?.write(level, values.map(renderValue).join(" ")),
    });
  }
}
