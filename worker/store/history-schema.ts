// The database's tables of what happened, as Drizzle tables. Times are epoch milliseconds. What is still to be done
// is not here: that is the inbox's journal. README.md beside this file says what each key and index is for.
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";
import { RUN_MODES } from "../../schemas/mode.ts";
import { PAUSE_STATES } from "../../schemas/pause.ts";
import {
  DEAD_REASONS,
  LOG_LEVELS,
  SETTLEMENTS,
  type OutcomeType,
  type RunCall,
  type RunOutcome,
} from "../../schemas/run.ts";

/** What an audit row can be about. */
export const AUDIT_ACTIONS = [
  "refused",
  "registered",
  "build_failed",
  "uploaded",
  "rolled_back",
  "deleted",
  "activated",
  "deactivated",
  "shadowed",
  "key_created",
  "key_revoked",
  "forwarded",
  "resumed",
  "replayed",
  "discarded",
  "payload_keeping",
  "backfilled",
] as const;

export const events = sqliteTable(
  "events",
  {
    id: text("id").primaryKey(),
    projectId: text("project_id").notNull(),
    type: text("type").notNull(),
    kiliRunId: text("kili_run_id"),
    assetId: text("asset_id"),
    labelId: text("label_id"),
    payloadBytes: integer("payload_bytes").notNull(),
    /** How many plugins asked for it when it was accepted. */
    deliveryCount: integer("delivery_count").notNull(),
    receivedAt: integer("received_at").notNull(),
  },
  (table) => [
    index("events_by_project").on(table.projectId, table.receivedAt),
    index("events_by_time").on(table.receivedAt),
  ],
);

export const deliveries = sqliteTable(
  "deliveries",
  {
    id: text("id").primaryKey(),
    eventId: text("event_id").notNull(),
    projectId: text("project_id").notNull(),
    pluginName: text("plugin_name").notNull(),
    versionId: text("version_id").notNull(),
    state: text("state", { enum: ["pending", "done", "dead"] }).notNull(),
    attempts: integer("attempts").notNull(),
    /** `RunOutcome["type"]` of the latest attempt; null before the first has ended. */
    lastOutcome: text("last_outcome").$type<OutcomeType>(),
    nextAttemptAt: integer("next_attempt_at"),
    /** Why it is dead; null while it is not. */
    deadReason: text("dead_reason", { enum: DEAD_REASONS }),
    /** What became of a dead letter; null while it waits for somebody to decide. */
    settled: text("settled", { enum: SETTLEMENTS }),
    /** The delivery that this one repeats. */
    replayOf: text("replay_of"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("deliveries_by_event").on(table.eventId),
    index("deliveries_by_plugin").on(table.pluginName, table.createdAt),
    index("deliveries_by_project").on(table.projectId, table.createdAt),
    index("deliveries_not_done")
      .on(table.state, table.createdAt)
      .where(sql`state <> 'done'`),
    index("dead_letters")
      .on(table.createdAt)
      .where(sql`state = 'dead' AND settled IS NULL`),
  ],
);

/** One row per attempt. */
export const runs = sqliteTable(
  "runs",
  {
    id: text("id").primaryKey(),
    deliveryId: text("delivery_id").notNull(),
    eventId: text("event_id").notNull(),
    projectId: text("project_id").notNull(),
    pluginName: text("plugin_name").notNull(),
    versionId: text("version_id").notNull(),
    attempt: integer("attempt").notNull(),
    outcomeType: text("outcome_type").$type<OutcomeType>().notNull(),
    outcome: text("outcome", { mode: "json" }).$type<RunOutcome>().notNull(),
    startedAt: integer("started_at").notNull(),
    wallMs: integer("wall_ms").notNull(),
    cpuMs: integer("cpu_ms"),
    /** When the next attempt was to begin; null after the last one. */
    nextAttemptAt: integer("next_attempt_at"),
    /** What it did through its doors. */
    calls: text("calls", { mode: "json" }).$type<readonly RunCall[]>().notNull(),
    /** True when a write was recorded instead of sent. */
    dryRun: integer("dry_run", { mode: "boolean" }).notNull(),
    /** Null for runs from before there were modes, which were live. */
    mode: text("mode", { enum: RUN_MODES }),
    /** True when the isolate had to be loaded; null for a webhook, and where not known. */
    coldStart: integer("cold_start", { mode: "boolean" }),
  },
  (table) => [
    index("runs_by_delivery").on(table.deliveryId),
    index("runs_by_plugin").on(table.pluginName, table.startedAt),
    index("runs_by_project").on(table.projectId, table.startedAt),
    index("runs_by_time").on(table.startedAt),
  ],
);

export const logs = sqliteTable(
  "logs",
  {
    /** Grows with each line written, so that it orders lines of the same millisecond. */
    id: integer("id").primaryKey(),
    runId: text("run_id").notNull(),
    /** Position of the line in its run, from 0; with the run id what makes a repeated flush harmless. */
    line: integer("line").notNull(),
    pluginName: text("plugin_name").notNull(),
    projectId: text("project_id").notNull(),
    assetId: text("asset_id"),
    labelId: text("label_id"),
    logType: text("log_type", { enum: LOG_LEVELS }).notNull(),
    content: text("content").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("logs_by_run").on(table.runId, table.line),
    index("logs_by_plugin").on(table.pluginName, table.projectId, table.createdAt),
  ],
);

/** Who was refused what, and who changed what. */
export const audit = sqliteTable(
  "audit",
  {
    id: text("id").primaryKey(),
    /** `plugin:<name>`, `key:<name>` or `deploy`. */
    actor: text("actor").notNull(),
    action: text("action", { enum: AUDIT_ACTIONS }).notNull(),
    pluginName: text("plugin_name"),
    projectId: text("project_id"),
    runId: text("run_id"),
    detail: text("detail").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    index("audit_by_plugin").on(table.pluginName, table.createdAt),
    index("audit_by_time").on(table.createdAt),
  ],
);

/** Plugins that are held back on a project, as they stand. A row of a plugin that runs again says `closed`. */
export const pauses = sqliteTable(
  "pauses",
  {
    projectId: text("project_id").notNull(),
    pluginName: text("plugin_name").notNull(),
    state: text("state", { enum: PAUSE_STATES }).notNull(),
    reason: text("reason").notNull(),
    since: integer("since").notNull(),
    /** When the next delivery may try; null where that takes an operator, and once it is closed. */
    until: integer("until"),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.pluginName] })],
);
