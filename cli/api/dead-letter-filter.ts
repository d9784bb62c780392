// The options that say which dead letters a command means, as the API takes them.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { parseSince } from "../parse-since.ts";

export interface DeadLetterFlags {
  readonly plugin?: string;
  readonly project?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly until?: string;
  readonly text?: string;
}

/** The API's `DeadLetterWhere`, or which time cannot be read. */
export function deadLetterFilter(
  { plugin, project, outcome, reason, since, until, text }: DeadLetterFlags,
  now: number,
): Result<Record<string, string>, CliFailure> {
  const times: Record<string, string> = {};
  for (const [name, given] of Object.entries({ since, until })) {
    if (given === undefined) continue;
    const time = parseSince(given, now);
    if (time === null) {
      return fail({
        reason: "time_unusable",
        message: `Cannot read --${name}: found "${given}", wanted a time such as 30m, 2h, 7d or 2026-11-01T10:00Z`,
      });
    }
    times[name] = time;
  }
  const rest = { pluginName: plugin, projectId: project, outcome, reason, text };
  const given = Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return ok({ ...Object.fromEntries(given), ...times });
}
