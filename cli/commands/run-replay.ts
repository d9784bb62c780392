// The replay command: delivers dead letters or kept events again, or gives dead letters up. It asks for nothing and waits
// for no run.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { deadLetterFilter, type DeadLetterFlags } from "../api/dead-letter-filter.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { queryApi } from "../api/query-api.ts";
import type { HostAccess } from "../api/register-plugin.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface ReplayFlags extends HostFlags, DeadLetterFlags {
  /** Deliveries, or events. */
  readonly ids: readonly string[];
  /** All dead letters that the filter means. */
  readonly dead?: boolean;
  readonly discard?: boolean;
  readonly json?: boolean;
}

const ReplayedSchema = v.object({
  replayDeadLetters: v.object({
    replayed: v.array(v.object({ deliveryId: v.string(), replayId: v.string() })),
    refused: v.array(v.object({ deliveryId: v.string(), reason: v.string() })),
    left: v.number(),
  }),
});
const REPLAY = `mutation Replay($where: DeadLetterWhere!, $skip: Int!) {
  replayDeadLetters(where: $where, skip: $skip) { replayed { deliveryId replayId } refused { deliveryId reason } left }
}`;
const DiscardedSchema = v.object({ discardDeadLetters: v.object({ discarded: v.number(), left: v.number() }) });
const DISCARD = `mutation Discard($where: DeadLetterWhere!) { discardDeadLetters(where: $where) { discarded left } }`;
const EventSchema = v.object({ replayEvent: v.string() });
const EVENT = `mutation Event($where: ReplayEventWhere!) { replayEvent(where: $where) }`;

/** Replays or discards; the answer is the exit code. */
export async function runReplay(flags: ReplayFlags): Promise<number> {
  return sayResult(await replay(flags), flags.json ?? false);
}

async function replay(flags: ReplayFlags): Promise<Result<Said, CliFailure>> {
  const events = flags.ids.filter((id) => id.startsWith("ev_"));
  const wrong = whyUnclear(flags, events);
  if (wrong !== null) return fail({ reason: "arguments_unclear", message: `Cannot replay: ${wrong}` });
  const where = deadLetterFilter(flags, Date.now());
  if (!where.ok) return where;
  const host = await findHostAccess(flags, "replay");
  if (!host.ok) return host;
  if (events.length > 0) return replayEvents(host.value, events, flags.plugin ?? "");
  const filter = flags.ids.length > 0 ? { ...where.value, ids: flags.ids } : where.value;
  const named = new Set(flags.ids);
  return flags.discard ? discardLetters(host.value, filter, named) : replayLetters(host.value, filter, named);
}

function whyUnclear({ ids, dead, discard, plugin }: ReplayFlags, events: readonly string[]): string | null {
  if (ids.length === 0 && !dead) return "nothing is named, wanted deliveries, events, or --dead and a filter";
  if (ids.length > 0 && dead) return "both ids and --dead are given, wanted one of them";
  if (events.length === 0) return null;
  if (events.length < ids.length) return "both events and deliveries are named, wanted one kind";
  if (discard) return "events cannot be discarded, wanted deliveries";
  return plugin === undefined ? "an event goes to no plugin by itself, wanted --plugin" : null;
}

async function replayLetters(
  host: HostAccess,
  where: object,
  named: ReadonlySet<string>,
): Promise<Result<Said, CliFailure>> {
  const replayed: v.InferOutput<typeof ReplayedSchema>["replayDeadLetters"]["replayed"] = [];
  const refused = new Map<string, string>();
  let left = 0;
  // The host takes a bounded number at a time. What it refuses stays among the dead letters, unless it is gone.
  let skip = 0;
  for (;;) {
    const answer = await queryApi(host, ReplayedSchema, REPLAY, { where, skip });
    if (!answer.ok) return answer;
    const some = answer.value.replayDeadLetters;
    replayed.push(...some.replayed);
    for (const { deliveryId, reason } of some.refused) refused.set(deliveryId, reason);
    left = some.left;
    skip += some.refused.filter(({ reason }) => reason !== "gone").length;
    if (some.replayed.length + some.refused.length === 0 || left <= skip) break;
  }
  const found = new Set([...replayed.map(({ deliveryId }) => deliveryId), ...refused.keys()]);
  for (const id of named) if (!found.has(id)) refused.set(id, "no dead letter");
  const lines = [
    ...replayed.map(({ deliveryId, replayId }) => `${deliveryId}  replayed as ${replayId}`),
    ...[...refused].map(([deliveryId, reason]) => `${deliveryId}  not replayed: ${reason}`),
    `${replayed.length} replayed, ${refused.size} refused, ${left} left`,
  ];
  const json = { replayed, refused: [...refused].map(([deliveryId, reason]) => ({ deliveryId, reason })), left };
  return ok({ json, text: lines.join("\n"), exitCode: refused.size > 0 || left > 0 ? 1 : 0 });
}

async function discardLetters(
  host: HostAccess,
  where: object,
  named: ReadonlySet<string>,
): Promise<Result<Said, CliFailure>> {
  let discarded = 0;
  for (;;) {
    const answer = await queryApi(host, DiscardedSchema, DISCARD, { where });
    if (!answer.ok) return answer;
    const { left, ...some } = answer.value.discardDeadLetters;
    discarded += some.discarded;
    if (left > 0 && some.discarded > 0) continue;
    const unknown = Math.max(named.size - discarded - left, 0);
    const text = `${discarded} discarded, ${left} left${unknown === 0 ? "" : `, ${unknown} no dead letter`}`;
    return ok({ json: { discarded, left, unknown }, text, exitCode: left + unknown > 0 ? 1 : 0 });
  }
}

async function replayEvents(
  host: HostAccess,
  eventIds: readonly string[],
  pluginName: string,
): Promise<Result<Said, CliFailure>> {
  const replayed: { eventId: string; replayId: string }[] = [];
  for (const eventId of eventIds) {
    const answer = await queryApi(host, EventSchema, EVENT, { where: { eventId, pluginName } });
    if (!answer.ok) return answer;
    replayed.push({ eventId, replayId: answer.value.replayEvent });
  }
  const lines = replayed.map(({ eventId, replayId }) => `${eventId}  replayed as ${replayId}`);
  return ok({ json: { replayed }, text: lines.join("\n") });
}
