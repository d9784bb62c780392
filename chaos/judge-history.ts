// What a history has to hold after a chaos run, by count and by id. Pure: it reads no database.
import type { Promised } from "./send-load.ts";

export interface DeliveryFact {
  readonly id: string;
  readonly eventId: string;
  readonly plugin: string;
  readonly state: string;
  readonly attempts: number;
}

export interface RunFact {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly outcome: string;
}

export interface HistoryFacts {
  readonly events: ReadonlySet<string>;
  readonly deliveries: readonly DeliveryFact[];
  readonly runs: readonly RunFact[];
}

export interface Expectations {
  readonly promised: readonly Promised[];
  /** The plugins that every event is for. */
  readonly plugins: readonly string[];
  /** Labels that an issue was opened on, and the plugin that does so. */
  readonly writes: { readonly plugin: string; readonly labels: readonly string[] };
}

/** Everything that is wrong, as sentences; empty when all that was promised was kept. */
export function judgeHistory(history: HistoryFacts, { promised, plugins, writes }: Expectations): string[] {
  const byEvent = Map.groupBy(history.deliveries, ({ eventId }) => eventId);
  const byDelivery = Map.groupBy(history.runs, ({ deliveryId }) => deliveryId);
  const wrong: string[] = [];
  const written = new Set(writes.labels);
  for (const [labelId, issues] of Map.groupBy(writes.labels, (label) => label))
    if (issues.length > 1) wrong.push(`${writes.plugin} wrote ${issues.length} times instead of once: ${labelId}`);
  for (const { eventId, deliveries, labelId } of promised) {
    if (!history.events.has(eventId)) wrong.push(`event ${eventId} was acknowledged and is not in the history`);
    const own = byEvent.get(eventId) ?? [];
    if (deliveries !== null && deliveries !== plugins.length)
      wrong.push(`event ${eventId} was acknowledged for ${deliveries} plugins instead of ${plugins.length}`);
    for (const plugin of plugins) {
      const mine = own.filter((delivery) => delivery.plugin === plugin);
      if (mine.length !== 1) wrong.push(`event ${eventId} has ${mine.length} deliveries to ${plugin} instead of one`);
      for (const { state } of mine) {
        if (state !== "done" && state !== "dead") wrong.push(`event ${eventId} is "${state}" for ${plugin}`);
      }
    }
    const isDone = own.some(({ plugin, state }) => plugin === writes.plugin && state === "done");
    if (isDone && !written.has(labelId)) wrong.push(`${writes.plugin} did not write what it is done with: ${labelId}`);
  }
  for (const delivery of history.deliveries) wrong.push(...judgeRuns(delivery, byDelivery.get(delivery.id) ?? []));
  return wrong;
}

/** Attempts are numbered from 1 without a gap or a repeat, and only the last may have ended well. */
function judgeRuns({ id, state, attempts }: DeliveryFact, runs: readonly RunFact[]): string[] {
  const wrong: string[] = [];
  const numbers = runs.map(({ attempt }) => attempt).sort((a, b) => a - b);
  if (numbers.some((number, index) => number !== index + 1))
    wrong.push(`delivery ${id} has attempts ${numbers.join(", ")}`);
  if (attempts !== runs.length) wrong.push(`delivery ${id} counts ${attempts} attempts and has ${runs.length} runs`);
  const well = runs.filter(({ outcome }) => outcome === "ok");
  if (well.length > 1) wrong.push(`delivery ${id} ended well ${well.length} times`);
  if (state === "done" && (well.length !== 1 || well[0]?.attempt !== runs.length))
    wrong.push(`delivery ${id} is done, and its last run is not the one that ended well`);
  if (state === "dead" && well.length > 0) wrong.push(`delivery ${id} is dead and has a run that ended well`);
  return wrong;
}
