// A run's log on the host's side, held to its limits whatever the guest sends.
import type { LogLine } from "../../schemas/run.ts";
import { MAX_LOG_LINE_CHARS, MAX_RUN_LOG_CHARS } from "../limits.ts";

export interface RunLog {
  readonly keep: (line: LogLine) => void;
  /** Counts lines that never came, because the guest dropped them itself. */
  readonly drop: (lines: number) => void;
  /** What was kept, and a last line saying how many were not. */
  readonly lines: () => LogLine[];
}

/**
 * An empty log that keeps at most `limit` lines and the host's number of characters. A line's time is the guest's word:
 * it is kept between `startedAt` and `now()`.
 */
export function createRunLog(limit: number, startedAt: number, now: () => number): RunLog {
  const kept: LogLine[] = [];
  let dropped = 0;
  let chars = 0;
  return {
    keep(line) {
      const content = line.content.slice(0, MAX_LOG_LINE_CHARS).toWellFormed();
      // Counted as JSON, the form it is stored in: control characters grow sixfold there.
      chars += JSON.stringify(content).length;
      if (kept.length >= limit || chars > MAX_RUN_LOG_CHARS) dropped += 1;
      else kept.push({ ...line, content, at: Math.min(Math.max(line.at, startedAt), now()) });
    },
    drop(lines) {
      dropped += Math.max(0, Math.trunc(lines));
    },
    lines() {
      if (dropped === 0) return kept;
      const content = `${dropped} more log lines were dropped: at most ${limit} lines and ${MAX_RUN_LOG_CHARS} characters are kept of a run`;
      return [...kept, { at: now(), level: "warning", content }];
    },
  };
}
