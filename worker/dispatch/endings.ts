// Attempts that are over, until they are written down: how each ended, and what becomes of its delivery. Those that the
// last process died under are the first of them.
import type { RunReport } from "../../schemas/run.ts";
import { log } from "../log.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";
import { createId } from "./create-id.ts";
import { decideRetry } from "./decide-retry.ts";
import { toFinishedRows } from "./finished-rows.ts";
import type { JournalledSuspects } from "./journalled-suspects.ts";
import type { EndedAttempt, Expected, Journal, NextStep } from "./journal.ts";
import type { PluginSet } from "./plugin-set.ts";
import { toLostReport } from "./to-lost-report.ts";

export interface EndingsDeps {
  readonly journal: Journal;
  readonly suspects: Pick<JournalledSuspects, "runningSince">;
  readonly plugins: Pick<PluginSet, "find">;
  readonly projectId: () => string;
  /** Told of what may run once the attempts are written down. */
  readonly expect: (expected: Expected) => void;
  /** Whether a process that is gone and was there at a time was ended by somebody. Never throws. */
  readonly endedFromOutside: (at: number) => Promise<boolean>;
  readonly now: () => number;
  readonly random: () => number;
}

export class Endings {
  readonly #deps: EndingsDeps;
  #waiting: EndedAttempt[] = [];
  /** The last process ended under these, the last one started first. */
  #lost: readonly ClaimedDelivery[];

  constructor(deps: EndingsDeps) {
    this.#deps = deps;
    this.#lost = deps.journal.listRunning();
  }

  get areWritten(): boolean {
    return this.#lost.length === 0 && this.#waiting.length === 0;
  }

  /** An attempt has ended with a report. */
  add(runId: string, delivery: ClaimedDelivery, startedAt: number, report: RunReport): void {
    const { now, random } = this.#deps;
    const endedAt = now();
    const next = decideRetry(report.outcome, delivery.attempt, this.#maxAttempts(delivery), endedAt, random());
    this.#push(runId, delivery, startedAt, endedAt, report, next);
  }

  /**
   * Ends what the last process died under. It comes again at once, what was started last first: what else waits is kept
   * waiting for it. Where somebody ended the process, that was nobody's doing. It started when it was claimed, and how
   * long it took is not known: since its process ended, nobody may have been there for days.
   */
  async endLost(): Promise<void> {
    if (this.#lost.length === 0) return;
    const { endedFromOutside, now, suspects } = this.#deps;
    const fromOutside = await endedFromOutside(suspects.runningSince() ?? now());
    const at = now();
    this.#lost.forEach((delivery, rank) => {
      const isProof = delivery.alone && !fromOutside;
      const report = toLostReport(
        isProof
          ? "the process ended again while this was running, and nothing else was"
          : `the process ${fromOutside ? "was ended from outside" : "ended"} while this was running`,
      );
      const again = decideRetry(report.outcome, delivery.attempt, this.#maxAttempts(delivery), at, 0).type === "again";
      // What only waits for a webhook's answer ends no process.
      const isSuspected = !fromOutside && this.#deps.plugins.find(delivery.versionId)?.kind !== "webhook";
      const nextAt = at - rank;
      const next: NextStep =
        again && !isProof
          ? { type: "again", at: nextAt, processDied: isSuspected }
          : { type: "dead", processDied: isSuspected };
      // The clock may have been set back meanwhile, and no attempt starts after the one that follows it.
      const startedAt = Math.min(delivery.claimedAt, nextAt);
      this.#push(createId("run", startedAt), delivery, startedAt, at, report, next);
    });
    this.#lost = [];
  }

  /** Writes down what there is, and gives what has been written. */
  write(): readonly EndedAttempt[] {
    const ended = this.#waiting;
    try {
      this.#record(ended);
      this.#waiting = [];
    } catch {
      // What cannot be written even by itself stays for the next time: on disk it is still under way.
      const written = ended.filter((attempt) => this.#recordAlone(attempt));
      this.#waiting = ended.filter((attempt) => !written.includes(attempt));
    }
    this.#deps.journal.closeHalfSettled(this.#waiting.length === 0);
    return ended.filter((attempt) => !this.#waiting.includes(attempt));
  }

  #push(
    runId: string,
    delivery: ClaimedDelivery,
    startedAt: number,
    endedAt: number,
    report: RunReport,
    next: NextStep,
  ): void {
    const { pluginName } = delivery;
    const attempt = { runId, projectId: this.#deps.projectId(), delivery, pluginName, startedAt, endedAt };
    this.#waiting.push({ delivery, rows: toFinishedRows(attempt, report, next), next });
  }

  #maxAttempts({ versionId }: ClaimedDelivery): number {
    return this.#deps.plugins.find(versionId)?.manifest.retry.max_attempts ?? 1;
  }

  #record(attempts: readonly EndedAttempt[]): void {
    for (const expected of this.#deps.journal.finish(attempts)) this.#deps.expect(expected);
  }

  /**
   * Whatever a report holds, its delivery must not stay under way for ever, nor take others along. What a plugin can
   * make as long as it likes goes first, the audit of what it was refused last.
   */
  #recordAlone(attempt: EndedAttempt): boolean {
    const runs = attempt.rows.runs.map((run) => ({ ...run, calls: [] }));
    const audited = { ...attempt.rows, runs, logs: [] };
    for (const rows of [attempt.rows, audited, { ...audited, audit: [] }]) {
      try {
        for (const expected of this.#deps.journal.finishAgain({ ...attempt, rows })) this.#deps.expect(expected);
        return true;
      } catch (error) {
        log("error", "run could not be stored as it is", { delivery: attempt.delivery.id, error });
      }
    }
    return false;
  }
}
