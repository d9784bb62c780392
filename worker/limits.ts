// Every number the host holds plugins, senders and readers to. Units are in the names.

/** Largest webhook body: Kili's video and geospatial labels reach tens of megabytes. */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;

/** What a manifest may ask for at most; more is capped to this and shown as such. */
export const HOST_MAX = {
  cpu_ms: 30_000,
  timeout_ms: 300_000,
  subrequests: 500,
  log_lines: 10_000,
} as const;

export const MAX_LOG_LINE_BYTES = 8 * 1024;
export const MAX_RESULT_BYTES = 64 * 1024;
/** Most bytes of answer the host reads from one run before it stops listening. */
export const MAX_GUEST_ANSWER_BYTES = 8 * 1024 * 1024;

/** Runs under way at once in one inbox, and of one plugin in it. */
export const MAX_RUNS_IN_FLIGHT = 32;
export const MAX_RUNS_IN_FLIGHT_PER_PLUGIN = 16;
/** The platform's cap on distinct dynamic workers in flight per Durable Object. */
export const MAX_ISOLATES_IN_FLIGHT = 10;

/** First retry delay; doubles with each attempt, full jitter. */
export const RETRY_BASE_MS = 1_000;
export const RETRY_MAX_MS = 15 * 60_000;

/** An inbox that has work left wakes itself after this long, whatever became of the process. */
export const INBOX_WAKE_MS = 5_000;
/** How long finished runs may wait for company before they are written to D1. */
export const FLUSH_WAIT_MS = 20;
/** Most finished runs in one D1 batch, and most bytes of rows: D1 takes 2 MB per parameter. */
export const MAX_FLUSH_RUNS = 256;
export const MAX_FLUSH_BYTES = 900_000;
/** How long a Kili run id is remembered after its event is forgotten. */
export const DEDUPE_MS = 7 * 24 * 60 * 60_000;

/** Largest text kept in one SQLite row; the platform allows 2 MB. */
export const MAX_ROW_BYTES = 1_000_000;

/** GraphQL: nesting, weighted size and page size of one operation. */
export const MAX_QUERY_DEPTH = 12;
export const MAX_QUERY_COST = 20_000;
export const MAX_PAGE_SIZE = 500;

/** Fetches through the network door: hops followed. */
export const MAX_REDIRECTS = 10;
