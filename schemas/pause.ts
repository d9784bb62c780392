// How a plugin is held back on a project: by its circuit breaker for a while, or by quarantine until somebody lifts it.

/** As it is stored. A breaker is half open when it is `open` and its time is up. */
export const PAUSE_STATES = ["closed", "open", "quarantined"] as const;

/** One plugin held back on the project at hand. Times are epoch milliseconds. */
export interface Pause {
  readonly pluginName: string;
  readonly state: "open" | "quarantined";
  readonly reason: string;
  readonly since: number;
  /** When one delivery may try; null when an operator or a new version has to lift it. */
  readonly until: number | null;
}
