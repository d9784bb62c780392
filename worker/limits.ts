/* oxlint-disable max-lines -- a list with one entry for each number of the host, and no code */
// Every number the host holds plugins, senders and readers to. Units are in the names.

/** Largest webhook body: Kili's video and geospatial labels reach tens of megabytes. */
export const MAX_BODY_BYTES = 25 * 1024 * 1024;
/**
 * Webhook bodies that one isolate holds at once, of the 128 MB it has for them and for taking one apart. Those that are
 * not small leave some room to those that are.
 */
export const MAX_BODY_BYTES_UNDER_WAY = 54 * 1024 * 1024;
/**
 * Webhook bodies that one inbox holds at once on their way to its disk, from however many isolates: beside those of the
 * runs under way, of the 128 MB it has.
 */
export const MAX_INBOX_BODY_BYTES = 40 * 1024 * 1024;
export const SMALL_BODY_BYTES = 256 * 1024;
export const ROOM_FOR_SMALL_BODIES_BYTES = 4 * 1024 * 1024;
/** How long a body counts at most, where room is wanted: its sender may have hung up, which is told to nobody. */
export const BODY_HOLD_MS = 60_000;

/** What a manifest may ask for at most; more is capped to this and shown as such. */
export const HOST_MAX = {
  cpu_ms: 30_000,
  timeout_ms: 300_000,
  subrequests: 500,
  log_lines: 10_000,
} as const;

export const MAX_LOG_LINE_CHARS = 8 * 1024;
/** Most of one run's log that is kept, counted as JSON text: with its row it must fit one SQLite value. */
export const MAX_RUN_LOG_CHARS = 256 * 1024;
/** Most of the targets and details of one run's calls that is kept with details, for the same reason. */
export const MAX_RUN_CALLS_CHARS = 128 * 1024;
/** Most of an error's message and of its stack that is kept. */
export const MAX_ERROR_CHARS = 8 * 1024;
export const MAX_RESULT_BYTES = 64 * 1024;
/** Most bytes of answer the host reads from one run before it stops listening. */
export const MAX_GUEST_ANSWER_BYTES = 8 * 1024 * 1024;

/** Values of variables from this length on are taken out of what the plugins that may read them leave behind. */
export const MIN_HIDDEN_VARIABLE_CHARS = 8;
/**
 * The host's own secrets are from this length on, in the words of any plugin: one that could be found by trying must not
 * be told from other text by whether it is hidden.
 */
export const MIN_HIDDEN_HOST_CHARS = 20;

/** Runs under way at once in one inbox, and of one plugin in it. */
export const MAX_RUNS_IN_FLIGHT = 32;
export const MAX_RUNS_IN_FLIGHT_PER_PLUGIN = 16;
/**
 * Distinct isolates in flight in one inbox. The platform allows ten per Durable Object; two are left for those that
 * a raised generation leaves behind with a run still in them.
 */
export const MAX_ISOLATES_IN_FLIGHT = 8;
/** What the heap of a Python interpreter may grow to, in an isolate that also holds what it was started from. */
export const MAX_PYTHON_HEAP_BYTES = 64 * 1024 * 1024;
/** What the modules of a Python plugin may take to load, metered; less where the deployment caps CPU time below it. */
export const PYTHON_LOAD_CPU_MS = 5_000;
/** What starting an interpreter and loading a plugin into it may cost, in CPU time that is not the run's. */
export const PYTHON_START_CPU_MS = 7_000;
/** Between two loads where they take turns, so that the host can answer. */
export const COLD_LOAD_REST_MS = 20;
/** How often those that wait for their turn to load look whether it has come. */
export const COLD_LOAD_POLL_MS = 10;
/** After this long the next may load, whatever became of the one before it. */
export const MAX_COLD_LOAD_MS = 10_000;
/** Interpreters of one Python plugin in one inbox: each runs one handler at a time, and has its own memory. */
export const MAX_PYTHON_ISOLATES_PER_PLUGIN = 4;

/** Webhook bodies that the runs under way in one inbox hold in memory together, of the 128 MB an object has. */
export const MAX_BODY_BYTES_IN_FLIGHT = 50 * 1024 * 1024;

/** First retry delay; doubles with each attempt, full jitter. */
export const RETRY_BASE_MS = 1_000;
export const RETRY_MAX_MS = 15 * 60_000;
/** Longest wait that a plugin, Kili or a webhook is granted when it says itself when to come again. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

/**
 * Circuit breaker: a plugin pauses on a project after this many failures in a row, or when at least this share of at
 * least as many attempts in the window failed.
 */
export const BREAKER_MIN_ATTEMPTS = 10;
export const BREAKER_FAILED_SHARE = 0.5;
export const BREAKER_WINDOW_MS = 60_000;
/** How long it pauses; doubles each time a probe fails. */
export const BREAKER_COOL_DOWN_MS = 10_000;
export const BREAKER_COOL_DOWN_MAX_MS = 15 * 60_000;
/** Deliveries of a quarantined plugin that go to the dead letters in one step. */
export const MAX_BURIED_AT_ONCE = 500;

/** Alerts to operators: most that wait in one inbox, sends of one before it is given up, and the pauses between. */
export const MAX_ALERTS_WAITING = 100;
export const MAX_ALERT_SENDS = 12;
export const ALERT_RETRY_BASE_MS = 5_000;
export const ALERT_RETRY_MAX_MS = 10 * 60_000;
/** After telling of a plugin's dead letter, how long its next ones are not told. */
export const DEAD_LETTER_ALERT_MS = 60 * 60_000;

/** How large an inbox's database may become with the payloads of events that are over. */
export const KEPT_PAYLOADS_BYTES = 1024 * 1024 * 1024;
/** Events let go in one step, the bytes of bodies after which no more are, and steps at one alarm. */
export const MAX_PRUNED_AT_ONCE = 500;
export const MAX_PRUNED_BYTES_AT_ONCE = 16 * 1024 * 1024;
/** Kili run ids forgotten in one step. */
export const MAX_FORGOTTEN_AT_ONCE = 5_000;
export const MAX_PRUNE_STEPS = 20;

/** Dead letters: most of one plugin in an inbox, and how large its database may become before the oldest have to go. */
export const MAX_DEAD_LETTERS_PER_PLUGIN = 10_000;
export const MAX_DEAD_LETTER_BYTES = 2 * 1024 * 1024 * 1024;
/** How often an inbox looks after what it keeps, and how soon again after what is due but had to stay. */
export const UPKEEP_MS = 60_000;
export const UPKEEP_LEFT_MS = 10 * 60_000;

/**
 * Backpressure: deliveries that may wait in one inbox and of one plugin in it, and how large its database may become,
 * before new events are refused, or a plugin's new deliveries are dead. It ends at this share of a bound.
 */
export const MAX_BACKLOG_DELIVERIES = 200_000;
export const MAX_BACKLOG_DELIVERIES_PER_PLUGIN = 50_000;
export const MAX_BACKLOG_BYTES = 4 * 1024 * 1024 * 1024;
export const BACKLOG_RECOVERY_SHARE = 0.9;
/** It is measured at the latest after so many events, and at an event after so long. */
export const BACKLOG_MEASURE_EVENTS = 1_000;
export const BACKLOG_MEASURE_MS = 1_000;
/** When a sender that was refused for a backlog may come again. */
export const BACKLOG_RETRY_AFTER_S = 30;

/**
 * Recursion: for how long after a plugin's write an event about the same thing counts as caused by it, how many such
 * events may follow each other, and how many written things an inbox remembers.
 */
export const CAUSE_MS = 30_000;
export const MAX_CAUSE_DEPTH = 8;
export const MAX_CAUSE_TRACES = 10_000;
/** How long an event is known to have been caused: its runs may come late. */
export const CAUSED_KEEP_MS = 24 * 60 * 60_000;
/** Things that one write may be remembered for. */
export const MAX_WRITTEN_KEYS = 1_000;

/** Filling in what the webhook missed: Kili's events in one page, and how long reading it may take. */
export const BACKFILL_PAGE_EVENTS = 100;
export const BACKFILL_MS = 50_000;
/** Events that an inbox is asked for at once: one of Kili's may stand for two. */
export const MAX_SOUGHT_EVENTS = 2 * BACKFILL_PAGE_EVENTS;
/** Newest events of an inbox that are looked at for one that came while a page was being filled in. */
export const MAX_CAME_SINCE = 20_000;
/** An event that came so long before or after it happened, by the clocks of two machines, may be the same. */
export const BACKFILL_EARLY_MS = 60_000;
export const BACKFILL_LATE_MS = 10 * 60_000;

/** Dead letters that one request replays or discards at most. */
export const MAX_SETTLED_AT_ONCE = 500;

/**
 * A delivery that a process died under has the process to itself for this long, which doubles with each death; then
 * others start beside it, and a further death is not blamed on it alone.
 */
export const SUSPECT_ALONE_MS = 3_000;
/** How long everybody else is kept from starting until what runs has ended, so that it can be alone. */
export const SOLITUDE_DRAIN_MS = 5_000;
/** How long everybody else may be kept waiting for suspects in one go, and which share of the time after that. */
export const MAX_SOLITUDE_MS = 30_000;
export const SOLITUDE_SHARE = 0.1;
/** After this long more, the process is everybody's even if the inbox that wanted it never said so. */
export const SOLITUDE_GRACE_MS = 2_000;
/** How long reading of how the last process ended may take: what it has cut off waits for that. */
export const ENDINGS_MS = 2_000;
/** How often inboxes that wait for their turn look whether it has come. */
export const SUSPECT_POLL_MS = 20;

/** An inbox that has work left wakes itself after this long, whatever became of the process. */
export const INBOX_WAKE_MS = 5_000;
/** How long an inbox that was just started waits for D1 to say which plugins are active; then those of before serve. */
export const PLUGINS_MS = 5_000;
/** How long finished runs may wait for company before they are written to D1: longer while many finish. */
export const FLUSH_WAIT_MS = 50;
export const BUSY_FLUSH_WAIT_MS = 400;
/** An event goes to the history with its first finished run, or alone after this long; in a busy inbox, after longer. */
export const EVENT_WAIT_MS = 250;
export const BUSY_EVENT_WAIT_MS = 2_000;
/** How long D1 may take for one batch, and how long it is left alone after a failure: doubles with each, with jitter. */
export const FLUSH_LIMIT_MS = 30_000;
export const FLUSH_RETRY_BASE_MS = 1_000;
export const FLUSH_RETRY_MAX_MS = 60_000;
/** Most things that one hand-over gives to the database by themselves, once it has refused them together. */
export const MAX_FLUSHED_ONE_BY_ONE = 32;
/** When the database is asked again to take what it refused by itself. */
export const SET_ASIDE_RETRY_MS = 60 * 60_000;
/** A hand-over of this many runs or events counts as busy. */
export const BUSY_FLUSH_SIZE = 32;
/**
 * Most finished runs in one D1 batch, and most characters of rows: D1 takes 2 MB of UTF-8 per parameter. On a machine of
 * one's own nothing else goes on while it takes a batch.
 */
export const MAX_FLUSH_RUNS = 192;
/** As soon as so many wait, they are handed over: a little less than a batch, so that it is one. */
export const FULL_FLUSH_RUNS = 160;
/** Most events in one batch: their rows are short, and a body never is among them. */
export const MAX_FLUSH_EVENTS = 1_000;
/** Most rows of events and their waiting deliveries in one batch, so that no parameter outgrows D1's 2 MB. */
export const MAX_FLUSH_EVENT_ROWS = 2_000;
export const MAX_FLUSH_CHARS = 512 * 1024;
/** How long a Kili run id is remembered after its event is forgotten. */
export const DEDUPE_MS = 7 * 24 * 60 * 60_000;

/** Most rows handed to SQLite as one parameter, each of at most 2 KB or so: the platform takes 2 MB. */
export const MAX_ROWS_PER_PARAMETER = 500;
/** Largest batch of webhook calls that are handed over as one request. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Most events that one call takes to an inbox. */
export const MAX_CALL_EVENTS = 100;
/** Most events that are committed to an inbox together. */
export const MAX_COMMIT_EVENTS = 500;

/** Largest text kept in one SQLite row; the platform allows 2 MB. */
export const MAX_ROW_BYTES = 1_000_000;

/** GraphQL: one request's body, and one operation's length, nesting, weighted size and page size. */
export const MAX_QUERY_BYTES = 128 * 1024;
export const MAX_QUERY_TOKENS = 2_000;
export const MAX_QUERY_DEPTH = 12;
export const MAX_QUERY_COST = 20_000;
export const MAX_PAGE_SIZE = 500;

/** How long a client's further attempts to authenticate are refused once it has failed at more than wrangler.toml allows. */
export const FAILED_ATTEMPTS_PAUSE_MS = 60_000;
/** Clients remembered as such in one isolate, and keys remembered as good there, which are never refused for others. */
export const MAX_PAUSED_CLIENTS = 10_000;
export const MAX_KNOWN_KEYS = 1_000;

/** How exactly the last use of an API key is known: uses closer than this are not written. */
export const KEY_USE_MS = 5 * 60_000;

/** Fetches through the network door: hops followed, and the largest body kept to be sent again by a 307 or 308. */
export const MAX_REDIRECTS = 10;
export const MAX_REPLAY_BYTES = 1024 * 1024;

/** `/readyz`: how long its answer is remembered, and how long the database may take to answer. */
export const READY_TTL_MS = 1_000;
export const READY_MS = 2_000;

/** What a plugin may send to Kili in one call. RPC between isolates carries at most 32 MiB. */
export const MAX_KILI_DOCUMENT_CHARS = 64 * 1024;
export const MAX_KILI_DOCUMENT_TOKENS = 5_000;
export const MAX_KILI_DOCUMENT_DEPTH = 16;
export const MAX_KILI_ROOT_FIELDS = 20;
export const MAX_KILI_VARIABLES_CHARS = 16 * 1024 * 1024;
export const MAX_KILI_VARIABLES_NODES = 500_000;
export const MAX_KILI_VARIABLES_DEPTH = 64;
/** What Kili may answer to one call, and how long it may take. The SDK of Kili waits as long. */
export const MAX_KILI_ANSWER_BYTES = 24 * 1024 * 1024;
export const KILI_CALL_MS = 60_000;
/** Sends of one read, the first included; writes are sent once. */
export const MAX_KILI_SENDS = 3;
/** Labels of one answer whose content is fetched from a URL that Kili gives, and the size of all of them together. */
export const MAX_KILI_CONTENTS = 500;
export const MAX_KILI_CONTENT_BYTES = 20 * 1024 * 1024;
/** Queries made to find out which project the assets, labels and issues of one write are in. */
export const MAX_KILI_LOOK_UPS = 10;
/** The part of the minute's calls that is kept for those who have used least of them. */
export const KILI_BUDGET_RESERVE = 0.1;
/** How long leave to call Kili lasts, and for how many calls it is given at once. */
export const KILI_LEASE_MS = 1_000;
export const MAX_KILI_LEASE = 8;
/** Calls that wait for leave at once, in the whole host; of more, those of the flow with most are told there is none. */
export const MAX_KILI_WAITERS = 1_000;
/** How long Kili can make everybody wait with one answer, and how long a refusal without a word about it does. */
export const KILI_PAUSE_MAX_MS = 5 * 60_000;
export const KILI_PAUSE_MS = 2_000;
/** A call that waits for leave gives up this long before its run's time is over, so that the run can say why. */
export const KILI_LEAVE_MARGIN_MS = 500;
export const KILI_RETRY_BASE_MS = 250;
export const KILI_RETRY_MAX_MS = 5_000;
/** Largest text kept of one call: the variables of a recorded write, or a failure's words. */
export const MAX_CALL_DETAIL_CHARS = 4_000;

/** Largest answer to a write that is journalled as it is; of a larger one only the ids are kept. */
export const MAX_JOURNALLED_ANSWER_CHARS = 16_000;
/** How long Kili may still be at a write that it did not answer. */
export const WRITE_SETTLE_MS = 10_000;
/** How far Kili's clock may be from this one, where a write is looked for by its time. */
export const KILI_CLOCK_SKEW_MS = 5_000;
/** Writes about the same things around the time of a lost one, what they made being known not to be its own. */
export const MAX_WRITES_AROUND = 500;
/** Issues of the assets concerned that are read to find a lost write, in pages of Kili's size. */
export const MAX_LOOKED_UP_ISSUES = 1_000;
/** The same for labels. */
export const MAX_LOOKED_UP_LABELS = 1_000;

/** Longest sentence kept about one write. */
export const MAX_WRITE_SENTENCE_CHARS = 300;

/** Operations forwarded to Kili: the request's body, and how long all sends of one may take. The SDK waits 60 s. */
export const MAX_FORWARD_BYTES = 16 * 1024 * 1024;
export const FORWARD_MS = 55_000;
/** The headers of a forwarded operation that Kili gets as well. */
export const MAX_FORWARD_HEADERS = 20;
export const MAX_FORWARD_HEADER_CHARS = 512;
/** Kili's schema: its largest introspection, how long reading it may take, and how long it is taken to be true. */
export const MAX_KILI_SCHEMA_BYTES = 8 * 1024 * 1024;
export const KILI_SCHEMA_MS = 15_000;
export const KILI_SCHEMA_TTL_MS = 10 * 60_000;
/** After a failure to read it, how long it is not asked for again. */
export const KILI_SCHEMA_PAUSE_MS = 30_000;

/** Uploads: how long a URL waits for its archive, and how large the archive may be. */
export const UPLOAD_TTL_MS = 15 * 60_000;
export const MAX_ARCHIVE_BYTES = 8 * 1024 * 1024;
/** What may be in an archive: entries, bytes of one file and of all, and how much larger than packed a file may be. */
export const MAX_ARCHIVE_ENTRIES = 1_000;
export const MAX_ARCHIVE_FILE_BYTES = 8 * 1024 * 1024;
export const MAX_ARCHIVE_INFLATED_BYTES = 24 * 1024 * 1024;
export const MAX_ARCHIVE_RATIO = 100;
/** Files up to this size may be packed to any ratio: long runs of the same text are common in small ones. */
export const ARCHIVE_RATIO_FREE_BYTES = 512 * 1024;
/** How long building an upload may take, and after how long a build that nobody ended counts as dead. */
export const BUILD_MS = 20_000;
export const BUILD_LEASE_MS = 2 * 60_000;
/** Largest manifest and Python file that are parsed: their parsers take more than linear time for what is malformed. */
export const MAX_MANIFEST_CHARS = 32 * 1024;
export const MAX_PYTHON_CHARS = 256 * 1024;
/** Largest that the packages of a Python plugin may be together. They are parsed where they are imported, not in the build. */
export const MAX_PYTHON_PACKAGE_CHARS = 6 * 1024 * 1024;
/** The same for their compiled code. */
export const MAX_PYTHON_LIBRARY_BYTES = 8 * 1024 * 1024;
/** What one library may say to the linker, and how many places it may ask for in the table of functions. */
export const MAX_PYTHON_LINKING_BYTES = 64 * 1024;
export const MAX_PYTHON_LIBRARY_TABLE = 100_000;
/** Largest requirements.txt that is read, and its longest line without the comment. */
export const MAX_REQUIREMENTS_CHARS = 64 * 1024;
export const MAX_REQUIREMENTS_LINES = 1_000;
export const MAX_REQUIREMENT_CHARS = 500;
/** Imports in all files of an archive together. */
export const MAX_ARCHIVE_IMPORTS = 5_000;
/** Largest module that a plugin with all its packages may become. */
export const MAX_BUNDLE_CHARS = 4 * 1024 * 1024;
/** Most characters of its author's own files that a version keeps, to show the lines of an error. */
export const MAX_KEPT_SOURCE_CHARS = 512 * 1024;
/** Largest source map that is read: that of the largest bundle is a fraction of it. */
export const MAX_SOURCE_MAP_CHARS = 4 * 1024 * 1024;
/** Source maps that one isolate keeps for the next error, and the mappings of all of them together. */
export const MAX_SOURCE_MAPS = 8;
export const MAX_SOURCE_MAPS_CHARS = 1024 * 1024;
/** Build problems kept of one build, and the longest message of one. */
export const MAX_BUILD_PROBLEMS = 20;
export const MAX_PROBLEM_CHARS = 2_000;
/** Largest answer of a plugin that is loaded for the first time, and found wrong. */
export const MAX_PROBES_ANSWER_BYTES = 256 * 1024;
/** Largest answer of the builder: code and source map with their sources. */
export const MAX_BUILD_ANSWER_BYTES = 32 * 1024 * 1024;
/** Newest versions kept of each plugin; the one that runs is kept whatever its age. */
export const MAX_KEPT_VERSIONS = 10;

/** How long a webhook may take to answer. */
export const WEBHOOK_MS = 15_000;
/** How much of a webhook's answer is kept when it refuses a delivery. */
export const MAX_WEBHOOK_ANSWER_BYTES = 1024;
export const MAX_WEBHOOK_URL_CHARS = 2_048;
export const MAX_WEBHOOK_HEADER_CHARS = 4_096;

/** What times are sorted into where they are summed up; what took longer than the last is counted by itself. */
export const DURATION_BOUNDS_MS = [
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
] as const;
/** The stretches of time that sums are kept for. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Asking inboxes how they are: how many at once, how long each may take, and plugins that one names. */
export const MAX_STATUS_INBOXES = 100;
export const STATUS_MS = 2_000;
export const MAX_STATUS_PLUGINS = 50;
/** An inbox that had no event for this long and has nothing pending is left asleep. */
export const BUSY_PROJECT_MS = 24 * 60 * 60_000;
/** Series in the metrics: plugins with counters of their own, and backlogs of a plugin on a project. */
export const MAX_METRIC_PLUGINS = 100;
export const MAX_METRIC_BACKLOGS = 200;

/** Days that things are kept for where the deployment does not say, and the most it may say. */
export const DEFAULT_KEEP_DAYS = {
  events: 30,
  logs: 30,
  deadLetters: 90,
  audit: 365,
  rollups: 400,
  deleted: 30,
  payloads: 7,
} as const;
export const MAX_KEEP_DAYS = 3_650;
export const DAY_MS = 24 * 60 * 60_000;
/** Sums by the minute are for looking at today. */
export const ROLLUP_MINUTES_KEEP_MS = 2 * DAY_MS;
/**
 * Deleting what is old, each time: how long it may go on, how often around, and how many of a kind in one statement.
 * A round over events and logs takes five statements, and D1 takes a thousand in one invocation.
 */
export const PRUNE_MS = 20_000;
export const MAX_PRUNE_ROUNDS = 100;
export const PRUNE_ROWS = { rows: 1_000, events: 200, large: 5 } as const;

/** Log lines of a run under way that are shown: of one that is looked at, and of each in a list. */
export const MAX_SHOWN_LOG_LINES = 200;
export const MAX_SHOWN_TAIL_LINES = 1;
/** Inboxes that are asked what is under way, and how long each may take. */
export const MAX_UNDER_WAY_INBOXES = 20;
export const UNDER_WAY_MS = 1_000;

/**
 * Trying a version over stored events: how many in one order, its largest body, how many run at a time, for how long
 * others are begun, and how many orders may wait for one that is under way on the same project.
 */
export const MAX_TRIAL_EVENTS = 100;
export const MAX_TRIAL_ORDER_BYTES = 30 * 1024 * 1024;
export const MAX_TRIAL_RUNS_IN_FLIGHT = 4;
export const TRIAL_MS = 20_000;
/** No more events are begun once what there is to tell is this much. */
export const MAX_TRIAL_ANSWER_CHARS = 4_000_000;
export const MAX_TRIAL_ORDERS_WAITING = 4;
/** A payload this large is tried alone, so that few of them are in memory together. */
export const LARGE_TRIAL_BYTES = 4 * 1024 * 1024;
/** What is kept of one order's reads, and of a write's variables. */
export const MAX_RECORDED_CHARS = 16 * 1024 * 1024;

/** The dashboard: how long a session lasts, whatever is done in it, and the largest form it takes. */
export const SESSION_MS = 12 * 60 * 60_000;
export const MAX_FORM_BYTES = 64 * 1024;
/** How far back lists can be paged: each page costs as much as all before it. */
export const MAX_LIST_PAGES = 200;
/** How often an open page asks whether anything changed, for how long on one connection, and on how many at once. */
export const LIVE_POLL_MS = 2_000;
export const LIVE_MS = 5 * 60_000;
export const MAX_LIVE_STREAMS = 50;
