// Fills in one page of what the webhook missed: reads Kili's events, leaves out what had come and what nobody asks for,
// and delivers the rest through the project's inbox as if it had just come. Harmless to repeat.
import type { BackfillFailure, BackfillOrder, BackfillPage } from "../../schemas/backfill.ts";
import type { AcceptAnswer } from "../../schemas/inbox.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { kiliUpstream, type Env } from "../env.ts";
import { openBudget } from "../kili/open-budget.ts";
import type { SendDeps } from "../kili/send-operation.ts";
import { BACKFILL_EARLY_MS, BACKFILL_MS, BACKFILL_PAGE_EVENTS } from "../limits.ts";
import { listKnownEvents } from "../store/list-known-events.ts";
import { isKnown } from "./is-known.ts";
import { readKiliEvents, readKiliLabels, type KiliEvent, type KiliSource } from "./read-kili-events.ts";
import { labelIdOf, toMissedEvents, type MissedEvent } from "./to-missed-events.ts";
import { toSoughtEvent } from "./to-sought-event.ts";

export interface BackfillDeps {
  readonly env: Env;
  readonly now: () => number;
  /** How Kili is asked; by default over the network, within the budget that all calls share. */
  readonly sending?: SendDeps;
}

/** Fills in the page. */
export async function backfillPage(
  order: BackfillOrder,
  { env, now, sending = sendingOf(env, now()) }: BackfillDeps,
): Promise<Result<BackfillPage, BackfillFailure>> {
  const upstream = kiliUpstream(env);
  if (upstream === null) return fail({ reason: "not_connected" });
  const read = await readKiliEvents(order, { upstream, sending });
  if (!read.ok) return fail({ reason: "kili", message: read.failure });
  const kiliEvents = read.value;
  const next = kiliEvents.length < BACKFILL_PAGE_EVENTS ? null : order.skip + kiliEvents.length;
  // An inbox comes to be by being spoken to: not for a project that Kili says nothing of.
  if (kiliEvents.length === 0) return ok({ read: 0, delivered: 0, known: 0, unwanted: 0, next });
  const missed = await toMissed(order.projectId, kiliEvents, { upstream, sending });
  if (!missed.ok) return fail({ reason: "kili", message: missed.failure });

  const inbox = env.INBOX.getByName(order.projectId);
  const wanted = new Set(await inbox.wantedTypes(order.projectId, [...new Set(missed.value.map(({ type }) => type))]));
  const asked = missed.value.filter(({ type }) => wanted.has(type));
  const from = Math.min(now(), ...asked.map(({ happenedAt }) => happenedAt)) - BACKFILL_EARLY_MS;
  const { projectId } = order;
  // The inbox before the history: what is handed over meanwhile is known to both then, and not to neither.
  const { came, upTo } = await inbox.whichCame(asked.map(toSoughtEvent));
  const known = await listKnownEvents(env.DB, { projectId, types: [...wanted], from, to: now() });
  const fresh = asked.filter((event, at) => came[at] !== true && !isKnown(event, known));
  let delivered = 0;
  // One after another, so that they are in the order in which they happened.
  for (const missed of fresh) {
    const { happenedAt: _, ...event } = missed;
    const unlessCame = { after: upTo, sought: toSoughtEvent(missed) };
    const incoming = { ...event, onlyPlugin: null, receivedAt: now(), unlessCame };
    const [answer] = JSON.parse(await inbox.accept([incoming])) as [AcceptAnswer];
    if (answer.type === "accepted") delivered += 1;
    else if (answer.type !== "duplicate") return fail({ reason: "inbox_refuses", found: answer.type });
  }
  return ok({
    read: kiliEvents.length,
    delivered,
    known: asked.length - delivered,
    unwanted: missed.value.length - asked.length,
    next,
  });
}

async function toMissed(
  projectId: string,
  kiliEvents: readonly KiliEvent[],
  source: KiliSource,
): Promise<Result<readonly MissedEvent[], string>> {
  const ids = kiliEvents.map(labelIdOf).filter((id) => id !== null);
  const labels = await readKiliLabels(projectId, [...new Set(ids)], source);
  if (!labels.ok) return labels;
  const byId = new Map(labels.value.map((label) => [label.id, label]));
  const inOrder = kiliEvents.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return ok(inOrder.flatMap((event) => toMissedEvents(event, projectId, byId.get(labelIdOf(event) ?? "") ?? null)));
}

function sendingOf(env: Env, now: number): SendDeps {
  return {
    budget: openBudget(env, "backfill", now + BACKFILL_MS),
    fetch: (url, init) => fetch(url, init),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
  };
}
