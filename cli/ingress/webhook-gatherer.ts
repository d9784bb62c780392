// Gathers calls of the webhook and hands them to the runtime, those together that come together. A call stays here until
// it is answered: a runtime that is being started again is waited for. It neither sends anything nor knows what is right.
import { MAX_CALL_EVENTS } from "../../worker/limits.ts";
import type { BatchedAnswer, BatchedCall } from "../../schemas/webhook-batch.ts";

/** A call with its body. */
export interface GatheredCall {
  readonly call: BatchedCall;
  readonly body: Uint8Array;
}

/** `unreached`: nothing was sent. `lost`: it was, and the runtime ended or failed before it had answered every call. */
export type HandOverEnd = "answered" | "lost" | "unreached";

/** Hands over a batch, and tells of each answer as it comes. Never rejects. */
export type HandOver = (
  batch: readonly GatheredCall[],
  onAnswer: (answer: BatchedAnswer) => void,
) => Promise<HandOverEnd>;

export interface WebhookGathererDeps {
  readonly handOver: HandOver;
  /** A clock that never jumps, in milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Calls that are held at most, in bytes of their bodies and what is counted for all else of each. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
const CALL_BYTES = 2 * 1024;
/** What one batch takes at most, besides as many calls as an inbox takes events at once. */
const MAX_BATCH_BODY_BYTES = 1024 * 1024;
/** Batches that are handed over at once. One that takes longer than the pace does not count any more. */
const MAX_AT_ONCE = 2;
const PACE_MS = 50;
/** Time for a runtime that failed, and for how long a call goes on waiting for one. */
const REST_MS = 100;
const PATIENCE_MS = 30_000;
/** A call may be what a runtime dies of. */
const MAX_LOSSES = 3;

interface Waiting extends GatheredCall {
  readonly since: number;
  readonly resolve: (answer: BatchedAnswer) => void;
  /** How often it was handed over and not answered. */
  losses: number;
}

export class WebhookGatherer {
  readonly #deps: WebhookGathererDeps;
  #waiting: Waiting[] = [];
  #heldBytes = 0;
  #underWay = 0;
  #isDue = false;
  #isResting = false;
  #closed = false;

  constructor(deps: WebhookGathererDeps) {
    this.#deps = deps;
  }

  /** Resolves with the runtime's answer, or with one that says why there is none. */
  async add({ call, body }: GatheredCall): Promise<BatchedAnswer> {
    if (this.#closed) return refusal("shutting_down", "this host is being stopped");
    const bytes = body.byteLength + CALL_BYTES;
    if (this.#heldBytes + bytes > MAX_HELD_BYTES) return refusal("bodies_under_way", "too many are under way");
    this.#heldBytes += bytes;
    const answer = await new Promise<BatchedAnswer>((resolve) => {
      this.#waiting.push({ call, body, resolve, since: this.#deps.now(), losses: 0 });
      this.#wake();
    });
    this.#heldBytes -= bytes;
    return answer;
  }

  /** Answers what waits, and takes nothing any more. */
  close(): void {
    this.#closed = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(refusal("shutting_down", "this host is being stopped"));
  }

  /** After a turn of the event loop, so that what arrives together is handed over together. */
  #wake(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      while (this.#waiting.length > 0 && this.#underWay < MAX_AT_ONCE && !this.#isResting)
        void this.#handOver(this.#takeSome());
    });
  }

  #takeSome(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ body }, at) => (bytes += body.byteLength) > MAX_BATCH_BODY_BYTES && at > 0);
    return this.#waiting.splice(0, Math.min(end < 0 ? MAX_CALL_EVENTS : end, MAX_CALL_EVENTS));
  }

  async #handOver(batch: readonly Waiting[]): Promise<void> {
    const leave = this.#takePlace();
    const pace = setTimeout(leave, PACE_MS);
    const left = new Map(batch.entries());
    const end = await this.#deps.handOver(batch, (answer) => {
      left.get(answer.call)?.resolve(answer);
      left.delete(answer.call);
    });
    clearTimeout(pace);
    this.#again([...left.values()], end);
    leave();
    if (end !== "answered") await this.#rest();
  }

  /** Hands nothing over for a while. */
  async #rest(): Promise<void> {
    this.#isResting = true;
    await this.#deps.sleep(REST_MS);
    this.#isResting = false;
    this.#wake();
  }

  /** A place among those under way; to be left once, however often that is said. */
  #takePlace(): () => void {
    this.#underWay += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#underWay -= 1;
      this.#wake();
    };
  }

  /** What was not answered comes first once more. The runtime knows events again by Kili's run id. */
  #again(left: readonly Waiting[], end: HandOverEnd): void {
    if (end !== "unreached") for (const waiting of left) waiting.losses += 1;
    const before = this.#deps.now() - PATIENCE_MS;
    const [again, over] = divide(left, ({ losses, since }) => !this.#closed && losses < MAX_LOSSES && since > before);
    this.#waiting = [...again, ...this.#waiting].sort((one, other) => one.since - other.since);
    for (const { resolve } of over) resolve(refusal("runtime_unavailable", "the runtime did not answer"));
  }
}

function divide<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function refusal(code: string, why: string): BatchedAnswer {
  const error = { code, message: `Cannot accept the event: ${why}. Send it again` };
  return { call: 0, status: 503, retryAfter: "5", body: JSON.stringify({ error }) };
}
