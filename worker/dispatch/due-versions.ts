// The versions that have deliveries pending, each with the time its first one is due, in the order of their turns.
import type { Expected } from "./journal.ts";

export class DueVersions {
  readonly #dueAts: Map<string, number>;
  readonly #heldUntil: (versionId: string) => number;

  /**
   * @param dueAts Epoch milliseconds by version.
   * @param heldUntil Until when a version is held back, 0 when it is not.
   */
  constructor(dueAts: ReadonlyMap<string, number>, heldUntil: (versionId: string) => number) {
    this.#dueAts = new Map(dueAts);
    this.#heldUntil = heldUntil;
  }

  /** When the first of all is due; Infinity when there is none. */
  get firstAt(): number {
    return Math.min(...this.#dueAts.values());
  }

  /** A delivery of a version is pending. */
  expect({ versionId, dueAt }: Expected): void {
    this.#dueAts.set(versionId, Math.min(dueAt, this.#dueAts.get(versionId) ?? dueAt));
  }

  list(): Expected[] {
    return [...this.#dueAts].map(([versionId, dueAt]) => ({ versionId, dueAt }));
  }

  /** Those that are due at `now` and not held back. */
  listDue(now: number): Expected[] {
    return this.list().filter((each) => this.#startsAt(each) <= now);
  }

  /** When the next one may start that may not at `now`; Infinity when there is none. */
  nextAfter(now: number): number {
    const startsAt = this.list().map((each) => this.#startsAt(each));
    return Math.min(...startsAt.filter((at) => at > now));
  }

  /** A version had its turn: its next delivery is due at `nextAt`, null when none is left. */
  putBack(versionId: string, nextAt: number | null): void {
    this.#dueAts.delete(versionId);
    if (nextAt !== null) this.#dueAts.set(versionId, nextAt);
  }

  #startsAt({ versionId, dueAt }: Expected): number {
    return Math.max(dueAt, this.#heldUntil(versionId));
  }
}
