// How many runs of a version may be under way at once, by the CPU time that its runs take. All of them share one thread
// where a supervisor watches over the process, and what they compute in one go must not look like a freeze to it.
// Knows no supervisor: whoever makes it says how much is too much.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { RunReport } from "../../schemas/run.ts";

/** What a run without much of it leaves of what was known: a plugin computes much on some events and little on others. */
const REMEMBERED_SHARE = 0.9;
/** A version that has not run yet is taken to use this much of what it may. */
const UNKNOWN_SHARE = 0.5;
/** After a run that took this much of the budget, what came meanwhile gets its turn before the next one begins. */
const HEAVY_SHARE = 0.2;
const REST_MS = 20;
/** What runs that begin together may take of the thread before anybody minds waiting for them. */
const LIGHT_MS = 10;

export class CpuLoad {
  readonly #budgetMs: number;
  readonly #msByVersion = new Map<string, number>();
  #restMs = 0;

  /** @param budgetMs What all runs of one version may compute in one go; Infinity where nobody minds. */
  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  /** Most runs of a version at once, at least one. What waits for a webhook's answer computes nothing. */
  concurrency(plugin: Pick<ActivePlugin, "kind" | "manifest" | "versionId"> | null): number {
    if (this.#budgetMs === Infinity || plugin?.kind !== "code") return Infinity;
    const ms = this.#msByVersion.get(plugin.versionId) ?? plugin.manifest.limits.cpu_ms * UNKNOWN_SHARE;
    return Math.max(1, Math.floor(this.#budgetMs / ms));
  }

  /** Whether runs of these versions, one for each time it is named, will hardly compute, by what is known of them. */
  isLight(versionIds: readonly string[]): boolean {
    const sum = versionIds.reduce((ms, versionId) => ms + (this.#msByVersion.get(versionId) ?? Infinity), 0);
    return sum <= LIGHT_MS;
  }

  /** Waits where nothing more should begin for a moment; asked once, that is over. */
  async rest(): Promise<void> {
    const ms = this.#restMs;
    this.#restMs = 0;
    if (ms > 0) await scheduler.wait(ms);
  }

  /** Learns of a run that has ended. */
  ended(versionId: string, { cpuMs, outcome }: Pick<RunReport, "cpuMs" | "outcome">): void {
    // Too little to be measured; what was cut off tells nothing.
    const spentMs = cpuMs ?? (outcome.type === "ok" || outcome.type === "threw" ? 0 : null);
    if (this.#budgetMs === Infinity || spentMs === null) return;
    if (spentMs > this.#budgetMs * HEAVY_SHARE) this.#restMs = REST_MS;
    const before = this.#msByVersion.get(versionId) ?? 0;
    this.#msByVersion.set(versionId, Math.max(spentMs, before * REMEMBERED_SHARE));
  }
}
