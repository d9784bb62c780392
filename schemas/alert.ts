// What operators are told about: the JSON that is posted to `ALERT_WEBHOOK_URL`.

/**
 * - `breaker_opened`, `breaker_closed`: a plugin's circuit breaker on the project.
 * - `quarantined`, `quarantine_lifted`: a plugin that killed the process there, and that it may run again.
 * - `dead_letter`: a delivery is dead; of one plugin told again only after a while.
 * - `backpressure_on`, `backpressure_off`: the project's inbox refuses events because too much waits, and takes them again.
 * - `history_refused`: the database refuses a part of the project's history, which is set aside; nothing else was.
 */
export const ALERT_TYPES = [
  "breaker_opened",
  "breaker_closed",
  "quarantined",
  "quarantine_lifted",
  "dead_letter",
  "backpressure_on",
  "backpressure_off",
  "history_refused",
] as const;

/** One alert. More fields may come. */
export interface Alert {
  readonly type: (typeof ALERT_TYPES)[number];
  readonly projectId: string;
  /** Null where it is about the project as a whole. */
  readonly pluginName: string | null;
  /** A sentence for people. */
  readonly message: string;
  /** ISO 8601, in UTC. */
  readonly at: string;
}
