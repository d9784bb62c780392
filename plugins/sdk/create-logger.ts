// The logger of one run: turns arguments into one line. Counting and cutting lines is the harness's business.
import type { LogLevel } from "../../schemas/run.ts";
import { renderValue } from "./render-value.ts";

/**
 * Writes lines to the plugin's log on Kili's side of things: the dashboard, `getPluginLogs` and `kili-edge logs`.
 * Arguments are joined by spaces and objects are written out, within bounds; errors with their stack, which names the
 * lines of your own files once the run has ended. Logging never throws.
 *
 * `console` writes there too, with the methods and the meaning it has in Node: counters and timers are the run's own,
 * and groups are named but not indented.
 *
 * @example
 * ```ts
 * this.logger.info("Checked", label.id, { boxes: 3 }); // Checked cl0… { boxes: 3 }
 * ```
 */
export interface Logger {
  /** Detail for whoever writes the plugin. */
  readonly debug: (...values: readonly unknown[]) => void;
  /** What happened. */
  readonly info: (...values: readonly unknown[]) => void;
  /** What is odd, but handled. */
  readonly warning: (...values: readonly unknown[]) => void;
  /** The same as `warning`, by JavaScript's name for it. */
  readonly warn: (...values: readonly unknown[]) => void;
  /** What went wrong. */
  readonly error: (...values: readonly unknown[]) => void;
}

/** Makes a run's `Logger`; `write` gets each finished line. */
export function createLogger(write: (level: LogLevel, content: string) => void): Logger {
  const at =
    (level: LogLevel) =>
    (...values: readonly unknown[]): void =>
      write(level, values.map((value) => renderValue(value)).join(" "));
  const warning = at("warning");
  return { debug: at("debug"), info: at("info"), warning, warn: warning, error: at("error") };
}
