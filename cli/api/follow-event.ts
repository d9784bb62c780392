// Follows an accepted event through the API until every delivery has ended. It prints nothing.
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { queryApi } from "./query-api.ts";
import type { HostAccess } from "./register-plugin.ts";

const POLL_MS = 150;

const DeliverySchema = v.object({
  id: v.string(),
  pluginName: v.string(),
  state: v.picklist(["pending", "done", "dead"]),
  attempts: v.number(),
  nextAttemptAt: v.nullable(v.string()),
});
const EventSchema = v.object({ event: v.nullable(v.object({ deliveries: v.array(DeliverySchema) })) });
const EVENT = `query Event($id: ID!) {
  event(id: $id) { deliveries { id pluginName state attempts nextAttemptAt } }
}`;

const RunSchema = v.object({
  id: v.string(),
  attempt: v.number(),
  outcome: v.object({ type: v.string(), message: v.string(), stack: v.nullable(v.string()) }),
  wallMs: v.number(),
  cpuMs: v.nullable(v.number()),
  dryRun: v.boolean(),
  calls: v.array(v.object({ target: v.string(), result: v.string(), detail: v.nullable(v.string()) })),
  writes: v.array(v.object({ sentence: v.string(), state: v.string(), operation: v.string() })),
  logs: v.array(v.object({ logType: v.string(), content: v.string() })),
});
const RunsSchema = v.object({ delivery: v.nullable(v.object({ runs: v.array(RunSchema) })) });
const RUNS = `query Runs($id: ID!, $skip: Int!) {
  delivery(id: $id) {
    runs(first: 10, skip: $skip) {
      id attempt wallMs cpuMs dryRun
      outcome { type message stack }
      calls { target result detail }
      writes { sentence state operation }
      logs(first: 100) { logType content }
    }
  }
}`;

export type FollowedDelivery = v.InferOutput<typeof DeliverySchema>;
export type FollowedRun = v.InferOutput<typeof RunSchema>;

export interface FollowOptions {
  readonly host: HostAccess;
  readonly eventId: string;
  /** How many deliveries the host promised. */
  readonly deliveries: number;
  readonly timeoutMs: number;
  readonly onRun: (delivery: FollowedDelivery, run: FollowedRun) => void;
}

/** Waits for the event's deliveries, telling of each run as it ends; the answer is where they stand at last. */
export async function followEvent(options: FollowOptions): Promise<Result<readonly FollowedDelivery[], CliFailure>> {
  const told = new Map<string, number>();
  for (const started = performance.now(); ; await sleep(POLL_MS)) {
    const answer = await queryApi(options.host, EventSchema, EVENT, { id: options.eventId });
    if (!answer.ok) return answer;
    const deliveries = answer.value.event?.deliveries ?? [];
    for (const delivery of deliveries) {
      const news = await tellNewRuns(delivery, told, options);
      if (!news.ok) return news;
    }
    const ended = deliveries.filter((delivery) => delivery.state !== "pending").length;
    if (ended >= options.deliveries) return ok(deliveries);
    if (performance.now() - started > options.timeoutMs) return timedOut(ended, options);
  }
}

async function tellNewRuns(
  delivery: FollowedDelivery,
  told: Map<string, number>,
  options: FollowOptions,
): Promise<Result<true, CliFailure>> {
  const skip = told.get(delivery.id) ?? 0;
  if (delivery.attempts <= skip) return ok(true);
  const answer = await queryApi(options.host, RunsSchema, RUNS, { id: delivery.id, skip });
  if (!answer.ok) return answer;
  const runs = answer.value.delivery?.runs ?? [];
  for (const run of runs) options.onRun(delivery, run);
  told.set(delivery.id, skip + runs.length);
  return ok(true);
}

function timedOut(ended: number, options: FollowOptions) {
  return fail({
    reason: "timed_out",
    message:
      `Cannot wait any longer: ${ended} of ${options.deliveries} deliveries ended in ` +
      `${options.timeoutMs / 1000} s, wanted all: give --timeout more, or read the event "${options.eventId}" later`,
  } satisfies CliFailure);
}
