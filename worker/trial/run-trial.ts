// Runs one order of a trial: its version over each event, a few at a time, beside what the plugin's live version did.
// Registers nothing and writes nothing down.
import type { RunReport } from "../../schemas/run.ts";
import type { TriedEvent, TriedRun, TrialOrder } from "../../schemas/trial.ts";
import { runsApart } from "../dispatch/runs-apart.ts";
import { matchPattern } from "../dispatch/match-pattern.ts";
import type { EventRow } from "../store/flush-batch.ts";
import { LARGE_TRIAL_BYTES, MAX_TRIAL_ANSWER_CHARS, MAX_TRIAL_RUNS_IN_FLIGHT } from "../limits.ts";
import { toTriedRun } from "./to-tried-run.ts";

export interface TrialDeps {
  /** The order's events that the history knows and that are of its project, by id. */
  readonly events: ReadonlyMap<string, EventRow>;
  readonly live: ReadonlyMap<string, TriedRun>;
  /** An event's payload as it came; null when it is not kept. */
  readonly readBody: (eventId: string) => Promise<string | Uint8Array | null>;
  /** Runs the version once. `place` is one that no other run has meanwhile. */
  readonly run: (event: EventRow, body: string | Uint8Array<ArrayBuffer>, place: number) => Promise<RunReport>;
  /** When no more events are begun, in epoch milliseconds; one is, in any case. */
  readonly until: number;
  readonly now: () => number;
}

/** What became of each event, in the order's order. */
export async function runTrial(order: TrialOrder, deps: TrialDeps): Promise<TriedEvent[]> {
  const ids = [...new Set(order.eventIds)];
  const tried: TriedEvent[] = ids.map((eventId) => ({ eventId, status: "left", live: null, trial: null }));
  const isLarge = [...deps.events.values()].some(({ payloadBytes }) => payloadBytes > LARGE_TRIAL_BYTES);
  const apart = runsApart(order.artifact.manifest);
  let next = 0;
  let answerChars = 0;
  const work = async (place: number): Promise<void> => {
    for (;;) {
      const index = next++;
      const eventId = ids[index];
      const isOver = deps.now() > deps.until || answerChars > MAX_TRIAL_ANSWER_CHARS;
      if (eventId === undefined || (index > 0 && isOver)) return;
      const done = await tryEvent(eventId, order, apart ? place : 0, deps);
      answerChars += JSON.stringify(done).length;
      tried[index] = done;
    }
  };
  await Promise.all(Array.from({ length: isLarge ? 1 : MAX_TRIAL_RUNS_IN_FLIGHT }, (_, place) => work(place)));
  return tried;
}

async function tryEvent(eventId: string, order: TrialOrder, place: number, deps: TrialDeps): Promise<TriedEvent> {
  const live = deps.live.get(eventId) ?? null;
  const event = deps.events.get(eventId);
  if (event === undefined) return { eventId, status: "gone", live, trial: null };
  const asksFor = order.artifact.manifest.events.some((pattern) => matchPattern(pattern, event.type));
  if (!asksFor) return { eventId, status: "not_asked", live, trial: null };
  const body = await deps.readBody(eventId);
  if (body === null) return { eventId, status: "gone", live, trial: null };
  const report = await deps.run(event, body as string | Uint8Array<ArrayBuffer>, place);
  return { eventId, status: "ran", live, trial: toTriedRun(report.outcome, report.wallMs, report.calls) };
}
