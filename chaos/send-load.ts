// The load: senders that post events as Kili would, again and again until each is acknowledged, whatever happens to
// the host meanwhile. What was promised for which event is all they remember.
import { setTimeout as sleep } from "node:timers/promises";
import type { Dice } from "./dice.ts";

const REQUEST_MS = 10_000;
const AGAIN_MS = 100;
/** Share of events that are sent once more although they were acknowledged, and of bodies too large for one row. */
const REPEATED = 0.03;
const LARGE = 0.02;
/** Share of turns in which a sender posts many events at once: their runs begin together, and share calls. */
const BURSTS = 0.02;
const BURST_EVENTS = 36;
/** Few enough that events of one asset meet, which run one after another. */
const ASSETS = 300;
const LARGE_CHARS = 1_500_000;

export interface Promised {
  readonly eventId: string;
  readonly kiliRunId: string;
  readonly labelId: string;
  /** How many plugins the host said had asked for it; null when only a repeat was answered. */
  readonly deliveries: number | null;
}

export interface Load {
  /** Every event that the host acknowledged. */
  readonly promised: Map<string, Promised>;
  /** Posts, those that were refused or got no answer, and those that were known already. */
  readonly counts: { posts: number; refused: number; duplicates: number; mismatches: string[] };
  /** Lets what is on its way be acknowledged, and sends no more. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly url: string;
  readonly secret: string;
  readonly projects: readonly string[];
  readonly senders: number;
  readonly dice: Dice;
  /** Most a sender waits between two events. */
  readonly pauseMs: number;
}

/** Starts sending. */
export function sendLoad({ url, secret, projects, senders, dice, pauseMs }: LoadOptions): Load {
  const promised: Load["promised"] = new Map();
  const counts: Load["counts"] = { posts: 0, refused: 0, duplicates: 0, mismatches: [] };
  const stopped = new AbortController();
  let events = 0;

  async function sendOne(): Promise<void> {
    const n = events++;
    const kiliRunId = `chaos-run-${n}`;
    const labelId = `chaos-label-${n}`;
    const body = JSON.stringify({
      eventType: "onSubmit",
      logPayload: { runId: kiliRunId, projectId: projects[n % projects.length] },
      payload: {
        label: { id: labelId, jsonResponse: {}, filler: dice.next() < LARGE ? "x".repeat(LARGE_CHARS) : "" },
        asset_id: `chaos-asset-${n % ASSETS}`,
      },
    });
    do await sendUntilAcknowledged(kiliRunId, labelId, body);
    while (dice.next() < REPEATED);
  }

  async function sendUntilAcknowledged(kiliRunId: string, labelId: string, body: string): Promise<void> {
    for (;;) {
      counts.posts += 1;
      const answer = await post(body);
      if (answer === null) {
        counts.refused += 1;
        await sleep(AGAIN_MS);
        continue;
      }
      const known = promised.get(kiliRunId);
      if (answer.duplicate) counts.duplicates += 1;
      if (known !== undefined && known.eventId !== answer.id) counts.mismatches.push(kiliRunId);
      const deliveries = answer.deliveries ?? known?.deliveries ?? null;
      promised.set(kiliRunId, { eventId: answer.id, kiliRunId, labelId, deliveries });
      return;
    }
  }

  async function post(body: string): Promise<{ id: string; duplicate: boolean; deliveries?: number } | null> {
    try {
      const response = await fetch(`${url}/webhook`, {
        method: "POST",
        headers: { authorization: secret, "content-type": "application/json" },
        body,
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const text = await response.text();
      if (response.status >= 500) return null;
      if (!response.ok) throw new UnexpectedAnswer(`${response.status} ${text}`);
      return JSON.parse(text) as { id: string; duplicate: boolean; deliveries?: number };
    } catch (error) {
      if (error instanceof UnexpectedAnswer) throw error;
      return null;
    }
  }

  async function sendOnAndOn(): Promise<void> {
    while (!stopped.signal.aborted) {
      const many = dice.next() < BURSTS ? BURST_EVENTS : 1;
      await Promise.all(Array.from({ length: many }, sendOne));
      await sleep(dice.between(0, pauseMs));
    }
  }

  const sending = Promise.all(Array.from({ length: senders }, sendOnAndOn));
  return {
    promised,
    counts,
    async stop() {
      stopped.abort();
      await sending;
    },
  };
}

class UnexpectedAnswer extends Error {}
