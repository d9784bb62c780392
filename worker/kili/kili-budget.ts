// The one place where all inboxes and requests share what Kili takes of calls in a minute: a Durable Object that hands
// out leave to call, and makes everybody wait when Kili says so. It keeps nothing on disk: after a restart it may hand
// out a minute's calls once more, and Kili's own answer to that is a pause.
import { DurableObject } from "cloudflare:workers";
import { kiliCallsPerMinute, type Env, type KiliBudgetRpc } from "../env.ts";
import { KILI_BUDGET_RESERVE, KILI_LEASE_MS, KILI_PAUSE_MAX_MS, MAX_KILI_LEASE, MAX_KILI_WAITERS } from "../limits.ts";
import { CallWindow } from "./call-window.ts";

interface Waiter {
  readonly flow: string;
  readonly until: number;
  readonly resolve: (granted: number) => void;
}

const MAX_FLOW_CHARS = 1_024;

export class KiliBudget extends DurableObject<Env> implements KiliBudgetRpc {
  readonly #window: CallWindow;
  #waiting: Waiter[] = [];
  #pausedUntil = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#window = new CallWindow({
      calls: kiliCallsPerMinute(env),
      // A call may be made as long after it was granted as a lease lasts.
      windowMs: 60_000 + KILI_LEASE_MS,
      reserve: KILI_BUDGET_RESERVE,
    });
  }

  async lease(flow: string, want: number, waitMs: number): Promise<number> {
    if (typeof flow !== "string" || !Number.isFinite(want) || !Number.isFinite(waitMs)) return 0;
    const now = Date.now();
    const name = flow.slice(0, MAX_FLOW_CHARS);
    if (this.#waiting.length === 0 && now >= this.#pausedUntil) {
      const granted = this.#window.grant(name, Math.min(Math.max(Math.trunc(want), 1), MAX_KILI_LEASE), now);
      if (granted > 0) return granted;
    }
    const until = now + waitMs;
    if (waitMs <= 0 || this.#pausedUntil >= until || !this.#makeRoomFor(name)) return 0;
    return new Promise((resolve) => {
      this.#waiting.push({ flow: name, until, resolve });
      this.#serve();
    });
  }

  async pause(ms: number): Promise<void> {
    if (!Number.isFinite(ms) || ms <= 0) return;
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + Math.min(ms, KILI_PAUSE_MAX_MS));
    this.#serve();
  }

  /** False if nobody else may wait. When all places are taken, the flow that has most gives up one to others. */
  #makeRoomFor(flow: string): boolean {
    if (this.#waiting.length < MAX_KILI_WAITERS) return true;
    const places = new Map<string, number>();
    for (const waiter of this.#waiting) places.set(waiter.flow, (places.get(waiter.flow) ?? 0) + 1);
    const most = Math.max(...places.values());
    if ((places.get(flow) ?? 0) + 1 >= most) return false;
    const last = this.#waiting.findLastIndex((waiter) => places.get(waiter.flow) === most);
    for (const waiter of this.#waiting.splice(last, 1)) waiter.resolve(0);
    return true;
  }

  /** Answers whoever can be answered, one call each, those first who have used least; then waits for the next moment. */
  #serve(): void {
    const now = Date.now();
    const waiting: Waiter[] = [];
    for (const waiter of this.#waiting) {
      if (Math.max(now, this.#pausedUntil) >= waiter.until) waiter.resolve(0);
      else waiting.push(waiter);
    }
    this.#waiting = waiting;
    if (now >= this.#pausedUntil) while (this.#grantNext(now));
    this.#wake(now);
  }

  #grantNext(now: number): boolean {
    const flows = [...new Set(this.#waiting.map(({ flow }) => flow))];
    // Sorting is stable: among equals the one that has waited longest.
    flows.sort((one, other) => this.#window.usedBy(one, now) - this.#window.usedBy(other, now));
    for (const flow of flows) {
      if (this.#window.grant(flow, 1, now) === 0) continue;
      const index = this.#waiting.findIndex((waiter) => waiter.flow === flow);
      const [waiter] = this.#waiting.splice(index, 1);
      waiter?.resolve(1);
      return true;
    }
    return false;
  }

  #wake(now: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    const next = now < this.#pausedUntil ? this.#pausedUntil : (this.#window.nextFreeAt() ?? now);
    const at = Math.min(next, ...this.#waiting.map(({ until }) => until));
    this.#timer = setTimeout(() => this.#serve(), Math.max(at - now, 1));
  }
}
