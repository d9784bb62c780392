// The try command: builds a plugin here, has a host run it over events that a project had, and says what it would do
// differently. Nothing is registered, and nothing but reads goes to Kili.
import { readFile, writeFile } from "node:fs/promises";
import { progress } from "@clack/prompts";
import * as v from "valibot";
import type { BuildResult } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { RecordingSchema, type Recording, type TrialOrder } from "../../schemas/trial.ts";
import { formatProblem } from "../../worker/build/format-problem.ts";
import { buildPluginFolder } from "../build/build-plugins.ts";
import type { CliFailure } from "../cli-failure.ts";
import { compareRuns, type Comparison } from "../render/compare-runs.ts";
import { errorCode } from "../error-code.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { listProjectEvents } from "../api/list-project-events.ts";
import { parseJson } from "../parse-json.ts";
import { parseSince } from "../parse-since.ts";
import { renderTrial } from "../render/render-trial.ts";
import { sayResult, type Said } from "../say-result.ts";
import { tryEvents } from "../api/try-events.ts";

export interface TryFlags extends HostFlags {
  readonly folder: string;
  readonly project: string;
  readonly since: string;
  readonly events?: string;
  readonly limit: number;
  /** A file that Kili's answers are written to, … */
  readonly record?: string;
  /** … or read from. */
  readonly recording?: string;
  readonly failOnChange?: boolean;
  readonly json?: boolean;
}

/** 0: nothing is worse. 1: it fails where the live version did not, or, if asked for, differs. 2: it was not tried. */
export async function runTry(flags: TryFlags): Promise<number> {
  const tried = await tryFolder(flags);
  const exitCode = sayResult(tried, flags.json ?? false);
  return tried.ok ? exitCode : 2;
}

async function tryFolder(flags: TryFlags): Promise<Result<Said, CliFailure>> {
  const since = parseSince(flags.since, Date.now());
  if (since === null) return cannot("time_unusable", `found --since "${flags.since}", wanted 30m, 2h, 7d or a date`);
  if (flags.record !== undefined && flags.recording !== undefined)
    return cannot("arguments_unclear", "both --record and --recording are given, wanted one of them");
  const recording = flags.recording === undefined ? ok<Recording>({}) : await readRecording(flags.recording);
  if (!recording.ok) return recording;
  const host = await findHostAccess(flags, "try");
  if (!host.ok) return host;
  const built = await buildPluginFolder(flags.folder);
  if (built.status === "failed") return cannot("build_failed", `it does not build:\n\n${problemsOf(built)}`);

  const types = flags.events?.split(",").map((type) => type.trim()) ?? null;
  const filter = { projectId: flags.project, since, types, limit: flags.limit };
  const eventIds = await listProjectEvents(host.value, filter);
  if (!eventIds.ok) return eventIds;
  const reads = flags.recording !== undefined ? "recording" : flags.record !== undefined ? "record" : "kili";
  const order: TrialOrder = {
    ...{ projectId: flags.project, artifact: built.artifact, eventIds: eventIds.value },
    ...{ reads, recording: recording.value },
  };
  const bar = startBar(order.eventIds.length);
  const tried = await tryEvents(host.value, order, (events) => bar?.advance(events));
  bar?.clear();
  if (!tried.ok) return tried;
  if (flags.record !== undefined) {
    const written = await writeRecording(flags.record, tried.value.recorded);
    if (!written.ok) return written;
  }
  return ok(toSaid(tried.value.events.map(compareRuns), flags));
}

function toSaid(comparisons: readonly Comparison[], flags: TryFlags): Said {
  if (comparisons.length === 0)
    return { json: { events: [] }, text: `No events of project "${flags.project}" since then.` };
  const failed = comparisons.some(({ verdict }) => verdict === "new_failure");
  const changed = comparisons.some(({ verdict }) => verdict === "changed" || verdict === "fixed");
  const exitCode = failed || (changed && (flags.failOnChange ?? false)) ? 1 : 0;
  return { json: { events: comparisons }, text: renderTrial(comparisons), exitCode };
}

/** On standard error, and only where a person sees it move. */
function startBar(events: number) {
  if (!process.stderr.isTTY || events === 0) return null;
  const bar = progress({ max: events, output: process.stderr });
  bar.start(`Trying ${events} events`);
  return bar;
}

async function readRecording(file: string): Promise<Result<Recording, CliFailure>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => error);
  if (typeof text !== "string")
    return cannot("recording_unusable", `found ${errorCode(text)} at "${file}", wanted a file`);
  const parsed = v.safeParse(RecordingSchema, parseJson(text));
  return parsed.success
    ? ok(parsed.output)
    : cannot("recording_unusable", `"${file}" is no recording, wanted one that --record wrote`);
}

async function writeRecording(file: string, recorded: Recording): Promise<Result<null, CliFailure>> {
  try {
    // Its owner's only: it holds what Kili answered.
    await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`, { mode: 0o600 });
    return ok(null);
  } catch (error) {
    return cannot("recording_unusable", `found ${errorCode(error)} at "${file}", wanted a file to write to`);
  }
}

function problemsOf({ problems }: Extract<BuildResult, { status: "failed" }>): string {
  return problems.map(formatProblem).join("\n\n");
}

function cannot(reason: CliFailure["reason"], why: string) {
  return fail({ reason, message: `Cannot try the plugin: ${why}` } satisfies CliFailure);
}
