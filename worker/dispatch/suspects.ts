// Deliveries that a process died under. Whatever was running then is suspected alike, so each has its next attempts
// with nothing beside it: if the process dies again, it is known why, and nobody else is blamed. It decides who may run
// and starts nothing itself.
import { SUSPECT_ALONE_MS, SUSPECT_POLL_MS } from "../limits.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";
import type { Expected } from "./journal.ts";
import type { JournalledSuspects, Suspect } from "./journalled-suspects.ts";
import type { Memory } from "./memory.ts";
import type { Pauses } from "./pauses.ts";
import type { Solitude } from "../solitude.ts";

export interface SuspectsDeps {
  readonly journal: JournalledSuspects;
  readonly memory: Pick<Memory, "recall" | "remember">;
  readonly pauses: Pick<Pauses, "isQuarantined">;
  readonly solitude: Solitude;
  /** Names the inbox among those of the process. */
  readonly inbox: string;
  readonly sync: () => Promise<void>;
  readonly now: () => number;
  /** Has the inbox look again for what it can start. */
  readonly wake: () => void;
  readonly expect: (expected: Expected) => void;
}

interface Alone {
  readonly seq: number;
  readonly timer: ReturnType<typeof setTimeout>;
  over: boolean;
}

const HEIRS = "heirs";

export class Suspects {
  readonly #deps: SuspectsDeps;
  /** Plugins whose last delivery had no attempt left when the process died under it: their next one is suspected. */
  #heirs: Set<string>;
  #nextDueAt: number | null;
  #alone: Alone | null = null;
  #polling = false;

  constructor(deps: SuspectsDeps) {
    this.#deps = deps;
    this.#heirs = new Set(JSON.parse(deps.memory.recall(HEIRS) ?? "[]") as string[]);
    this.#nextDueAt = deps.journal.nextDueAt();
  }

  /** When the first suspect that waits is due; null when there is none. */
  get nextDueAt(): number | null {
    return this.#nextDueAt;
  }

  /** Tells of a suspect that waits. */
  expect(dueAt: number): void {
    this.#nextDueAt = Math.min(dueAt, this.#nextDueAt ?? dueAt);
  }

  /** Suspects have become dead letters without a run. */
  recount(): void {
    this.#nextDueAt = this.#deps.journal.nextDueAt();
  }

  /** Passes the suspicion on to the plugin's next delivery. */
  passOn(pluginName: string): void {
    this.#setHeirs([...this.#heirs, pluginName]);
  }

  get hasHeirs(): boolean {
    return this.#heirs.size > 0;
  }

  /** Makes the first due delivery of a version a suspect, if that was passed on to its plugin. */
  inherit(pluginName: string, versionId: string): void {
    const now = this.#deps.now();
    if (!this.#heirs.has(pluginName) || !this.#deps.journal.suspectFirst(versionId, now)) return;
    this.#setHeirs([...this.#heirs].filter((name) => name !== pluginName));
    this.expect(now);
  }

  /**
   * The suspect to start now, which `fits`; null when there is none, `wait` when nothing may be started now. One that
   * is `alone` must be the only one started.
   */
  claim(fits: (suspect: Suspect) => boolean): ClaimedDelivery | "wait" | null {
    const { journal, now, solitude, inbox } = this.#deps;
    // It is marked as alone on disk until that is taken back: whatever started now, it would be blamed for.
    if (this.#alone !== null) return this.#wait();
    const suspect = this.#find(fits);
    if (suspect === null) {
      // The one it was asked for may have gone, and nobody waits for nothing.
      solitude.end(inbox, now());
      return solitude.isShared(now()) ? null : this.#wait();
    }
    const aloneMs = SUSPECT_ALONE_MS * 2 ** (suspect.deaths - 1);
    const answer = solitude.ask(inbox, aloneMs, now());
    if (answer === "wait") return this.#wait();
    const claimed = journal.claim(suspect.seq, now(), answer === "alone");
    this.#nextDueAt = journal.nextDueAt();
    if (answer === "alone") {
      const timer = setTimeout(() => void this.#share(suspect.seq), aloneMs);
      this.#alone = { seq: suspect.seq, timer, over: false };
    }
    return claimed;
  }

  /** A run has ended. Others start only once `settle` has made sure that this is on disk. */
  over({ seq }: ClaimedDelivery): void {
    if (this.#alone?.seq !== seq) return;
    clearTimeout(this.#alone.timer);
    this.#alone.over = true;
  }

  async settle(): Promise<void> {
    if (this.#alone?.over === true) await this.#release();
  }

  #find(fits: (suspect: Suspect) => boolean): Suspect | null {
    const { journal, pauses, now, expect } = this.#deps;
    if (this.#nextDueAt === null || this.#nextDueAt > now()) return null;
    for (const suspect of journal.listDue(now())) {
      // Among what waits for a quarantined plugin, it is buried.
      if (pauses.isQuarantined(suspect.pluginName)) expect({ versionId: suspect.versionId, dueAt: now() });
      else if (fits(suspect)) return suspect;
    }
    this.#nextDueAt = journal.nextDueAt();
    return null;
  }

  #wait(): "wait" {
    // An inbox cannot be called by another, so it has to look by itself.
    if (!this.#polling && this.#alone === null) {
      this.#polling = true;
      setTimeout(() => {
        this.#polling = false;
        this.#deps.wake();
      }, SUSPECT_POLL_MS);
    }
    return "wait";
  }

  /** Time is up: from now on others run beside it, and what happens then proves nothing. */
  async #share(seq: number): Promise<void> {
    if (this.#alone?.seq !== seq || this.#alone.over) return;
    this.#deps.journal.share(seq);
    await this.#release();
    this.#deps.wake();
  }

  /** On disk before anything else runs: what is not there would be held against it. */
  async #release(): Promise<void> {
    const { solitude, inbox, sync, now } = this.#deps;
    await sync();
    this.#alone = null;
    solitude.end(inbox, now());
  }

  #setHeirs(names: readonly string[]): void {
    this.#heirs = new Set(names);
    this.#deps.memory.remember(HEIRS, JSON.stringify([...this.#heirs]));
  }
}
