// The history database, as Drizzle tables. Times are epoch milliseconds. What is still to be done is not
// here: that is the inbox's journal. README.md beside this file says what each key and index is for.
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";
import type { Manifest } from "../../schemas/manifest.ts";
import { LOG_LEVELS, type OutcomeType, type RunCall, type RunOutcome } from "../../schemas/run.ts";

/** What an audit row can be about. */
export const AUDIT_ACTIONS = ["refused", "registered", "build_failed", "activated", "deactivated"] as const;

export const plugins = sqliteTable(
  "plugins",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** Kili's runner status: ACTIVE, DEPLOYING or FAILED. */
    status: text("status", { enum: ["ACTIVE", "DEPLOYING", "FAILED"] }).notNull(),
    /** The version events run on; null until one has loaded. A failed update leaves it as it was. */
    versionId: text("version_id"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    archivedAt: integer("archived_at"),
  },
  (table) => [
    uniqueIndex("plugins_by_name")
      .on(table.name)
      .where(sql`archived_at IS NULL`),
  ],
);

export const versions = sqliteTable(
  "versions",
  {
    id: text("id").primaryKey(),
    pluginId: text("plugin_id").notNull(),
    /** SHA-256 of manifest and code. */
    hash: text("hash").notNull(),
    /** What runs it: code in an isolate, or a webhook outside. */
    kind: text("kind", { enum: ["code", "webhook"] })
      .notNull()
      .default("code"),
    /** The manifest's own version. */
    version: text("version").notNull(),
    manifest: text("manifest", { mode: "json" }).$type<Manifest>().notNull(),
    handlers: text("handlers", { mode: "json" }).$type<string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [uniqueIndex("versions_by_plugin_and_hash").on(table.pluginId, table.hash)],
);

/** Where a version that is a webhook delivers to. Such a version has no artifact. */
export const webhooks = sqliteTable("webhooks", {
  versionId: text("version_id").primaryKey(),
  url: text("url").notNull(),
  /** The `Authorization` header to send, encrypted; null where none was given. */
  header: text("header"),
});

/** Upload URLs that were given out: each takes one archive, once, for a while. */
export const uploads = sqliteTable(
  "uploads",
  {
    /** SHA-256 of the secret in the URL, as lower-case hex: who reads this table can upload nothing. */
    id: text("id").primaryKey(),
    pluginName: text("plugin_name").notNull(),
    actor: text("actor").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    /** When the archive came; null while the URL is unused. */
    receivedAt: integer("received_at"),
  },
  (table) => [index("uploads_by_plugin").on(table.pluginName, table.createdAt)],
);

/** Uploaded archives, cut into rows the platform allows. */
export const archiveChunks = sqliteTable(
  "archive_chunks",
  {
    uploadId: text("upload_id").notNull(),
    position: integer("position").notNull(),
    content: blob("content", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.position] })],
);

/** Keys to the API. Only their hashes are kept. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** SHA-256 of the key, as lower-case hex. Keys are random, so no salt is needed. */
    hash: text("hash").notNull(),
    role: text("role", { enum: ["viewer", "operator", "admin"] }).notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
    /** Rounded, so that reading does not mean writing each time. */
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [uniqueIndex("api_keys_by_hash").on(table.hash)],
);

/** Code and source map of a version, cut into rows the platform allows. */
export const artifactChunks = sqliteTable(
  "artifact_chunks",
  {
    hash: text("hash").notNull(),
    part: text("part", { enum: ["code", "map"] }).notNull(),
    position: integer("position").notNull(),
    content: text("content").notNull(),
  },
  (table) => [primaryKey({ columns: [table.hash, table.part, table.position] })],
);

export const activations = sqliteTable(
  "activations",
  {
    pluginId: text("plugin_id").notNull(),
    /** A Kili project, or "*". A row for one project wins over "*". */
    projectId: text("project_id").notNull(),
    active: integer("active", { mode: "boolean" }).notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pluginId, table.projectId] })],
);

/** Projects an event has come from: those that have an inbox. */
export const projects = sqliteTable("projects", {
  id: text("id").primaryKey(),
  firstSeenAt: integer("first_seen_at").notNull(),
});

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
    /** What it did through its doors. */
    calls: text("calls", { mode: "json" }).$type<readonly RunCall[]>().notNull(),
    /** True when a write was recorded instead of sent. */
    dryRun: integer("dry_run", { mode: "boolean" }).notNull(),
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

export const buildErrors = sqliteTable(
  "build_errors",
  {
    id: integer("id").primaryKey(),
    pluginName: text("plugin_name").notNull(),
    file: text("file"),
    line: integer("line"),
    column: integer("column"),
    message: text("message").notNull(),
    frame: text("frame"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("build_errors_by_plugin").on(table.pluginName, table.createdAt)],
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

/** Small facts about the deployment, such as which plugin set was registered last. */
export const settings = sqliteTable("settings", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});
