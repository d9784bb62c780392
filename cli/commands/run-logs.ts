// The logs command: what a plugin logged on a project, and with --follow what it logs from now on.
import { setTimeout as wait } from "node:timers/promises";
import { styleText } from "node:util";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { listLogLines, type LogLine } from "../api/list-log-lines.ts";
import { plainText } from "../render/plain-text.ts";
import { renderTime } from "../render/render-time.ts";
import { parseSince } from "../parse-since.ts";

export interface LogsFlags extends HostFlags {
  readonly plugin: string;
  readonly project: string;
  readonly since?: string;
  readonly limit: number;
  readonly follow?: boolean;
  /** One JSON object a line. */
  readonly json?: boolean;
}

const POLL_MS = 1_000;
/** Lines are stored a moment after they were logged, and not in their order: each look goes back this far. */
const LATE_MS = 60_000;
const MAX_LINES = 500;
const STYLES: Record<string, "dim" | "yellow" | "red"> = { debug: "dim", warning: "yellow", error: "red" };

/** Prints log lines as they are found; the answer is the exit code. `stopped` ends following. */
export async function runLogs(flags: LogsFlags, stopped: AbortSignal): Promise<number> {
  const done = await follow(flags, stopped);
  if (done.ok) return 0;
  if (flags.json) process.stdout.write(`${JSON.stringify({ error: done.failure })}\n`);
  else process.stderr.write(`${done.failure.message}\n`);
  return 1;
}

async function follow(flags: LogsFlags, stopped: AbortSignal): Promise<Result<true, CliFailure>> {
  const since = flags.since === undefined ? null : parseSince(flags.since, Date.now());
  if (flags.since !== undefined && since === null) {
    const message = `Cannot read --since: found "${flags.since}", wanted 30m, 2h, 7d or a date`;
    return fail({ reason: "time_unusable", message });
  }
  const host = await findHostAccess(flags, "read logs");
  if (!host.ok) return host;
  const query = { pluginName: flags.plugin, projectId: flags.project };
  // What following looks at again must be known to be old, whether it is shown or not.
  const first = await listLogLines(host.value, { ...query, since, limit: flags.follow ? MAX_LINES : flags.limit });
  if (!first.ok) return first;
  print(first.value.slice(-flags.limit), flags.json ?? false);
  if (first.value.length === 0 && !flags.json) {
    const when = since === null ? "" : ` since ${renderTime(since, "minute")}`;
    process.stderr.write(`No log lines of "${flags.plugin}" on project "${flags.project}"${when}.\n`);
  }

  const seen = new Map(first.value.map((line) => [keyOf(line), Date.parse(line.createdAt)]));
  while (flags.follow && !stopped.aborted) {
    await wait(POLL_MS, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) break;
    const from = Math.max(Date.now() - LATE_MS, since === null ? 0 : Date.parse(since));
    const lines = await listLogLines(host.value, { ...query, since: new Date(from).toISOString(), limit: MAX_LINES });
    // A host that restarts is one to wait for.
    if (!lines.ok && lines.failure.reason === "host_unreachable") continue;
    if (!lines.ok) return lines;
    const fresh = lines.value.filter((line) => !seen.has(keyOf(line)));
    print(fresh, flags.json ?? false);
    for (const line of fresh) seen.set(keyOf(line), Date.parse(line.createdAt));
    for (const [key, at] of seen) if (at < from - LATE_MS) seen.delete(key);
  }
  return ok(true);
}

function keyOf({ runId, createdAt, content }: LogLine): string {
  return JSON.stringify([runId, createdAt, content]);
}

function print(lines: readonly LogLine[], asJson: boolean): void {
  for (const line of lines) {
    if (asJson) {
      process.stdout.write(`${JSON.stringify(line)}\n`);
      continue;
    }
    const style = STYLES[line.logType];
    const level = line.logType.padEnd(7);
    const time = styleText("dim", renderTime(line.createdAt, "millisecond"));
    process.stdout.write(
      `${time} ${style === undefined ? level : styleText(style, level)} ${plainText(line.content)}\n`,
    );
  }
}
