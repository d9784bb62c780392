// The backfill command: has a host deliver what Kili's webhook missed, page by page.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { parseSince } from "../parse-since.ts";
import { queryApi } from "../api/query-api.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface BackfillFlags extends HostFlags {
  readonly project: string;
  readonly since: string;
  readonly until?: string;
  readonly json?: boolean;
}

const PageSchema = v.object({
  backfillEvents: v.object({
    read: v.number(),
    delivered: v.number(),
    known: v.number(),
    unwanted: v.number(),
    next: v.nullable(v.number()),
  }),
});
type Answer = Result<v.InferOutput<typeof PageSchema>, CliFailure>;
const PAGE = `mutation Backfill($data: BackfillInput!) {
  backfillEvents(data: $data) { read delivered known unwanted next }
}`;

/** Fills in all pages; the answer is the exit code. */
export async function runBackfill(flags: BackfillFlags): Promise<number> {
  return sayResult(await backfill(flags), flags.json ?? false);
}

async function backfill(flags: BackfillFlags): Promise<Result<Said, CliFailure>> {
  const now = Date.now();
  const since = parseSince(flags.since, now);
  // A fixed end, so that what happens meanwhile moves no page.
  const until = flags.until === undefined ? new Date(now).toISOString() : parseSince(flags.until, now);
  if (since === null || until === null) {
    return fail({
      reason: "time_unusable",
      message: `Cannot backfill: --since or --until is no time, wanted one such as 30m, 2h, 7d or 2026-11-01T10:00Z`,
    });
  }
  if (since >= until) {
    const message = `Cannot backfill: --since is ${since} and --until is ${until}, wanted one that is later`;
    return fail({ reason: "time_unusable", message });
  }
  const host = await findHostAccess(flags, "backfill");
  if (!host.ok) return host;
  const total = { read: 0, delivered: 0, known: 0, unwanted: 0 };
  let skip: number | null = 0;
  while (skip !== null) {
    const data: object = { projectId: flags.project, since, until, skip };
    const answer: Answer = await queryApi(host.value, PageSchema, PAGE, { data });
    if (!answer.ok) return answer;
    const page = answer.value.backfillEvents;
    for (const name of ["read", "delivered", "known", "unwanted"] as const) total[name] += page[name];
    skip = page.next;
  }
  const { read, delivered, known, unwanted } = total;
  const text = `${read} events read from Kili: ${delivered} delivered, ${known} had come already, ${unwanted} nobody asks for`;
  return ok({ json: { ...total, since, until }, text });
}
