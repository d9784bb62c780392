// How a plugin is held back on a project: by its circuit breaker for a while, or by quarantine until an operator lifts it.

/** As it is stored. A breaker is half open when it is `open` and its time is up. */
export const PAUSE_STATES = ["closed", "open", "quarantined"] as const;
