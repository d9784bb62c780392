// The database's tables of what may run and who may ask, as Drizzle tables. Times are epoch milliseconds.
// README.md beside this file says what each key and index is for.
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";
import type { Manifest } from "../../schemas/manifest.ts";

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
    index("plugins_archived")
      .on(table.archivedAt)
      .where(sql`archived_at IS NOT NULL`),
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
  (table) => [
    index("uploads_by_plugin").on(table.pluginName, table.createdAt),
    index("uploads_by_expiry").on(table.expiresAt),
  ],
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
    /** While it is active: its writes to Kili are recorded instead of sent. */
    shadow: integer("shadow", { mode: "boolean" }).notNull().default(false),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.pluginId, table.projectId] })],
);

/** Projects an event has come from: those that have an inbox. */
export const projects = sqliteTable("projects", {
  id: text("id").primaryKey(),
  firstSeenAt: integer("first_seen_at").notNull(),
  /** Whether its inbox keeps the payloads of events that are over. */
  keepsPayloads: integer("keeps_payloads", { mode: "boolean" }).notNull().default(true),
});

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
  (table) => [
    index("build_errors_by_plugin").on(table.pluginName, table.createdAt),
    index("build_errors_by_time").on(table.createdAt),
  ],
);

/** Small facts about the deployment, such as which plugin set was registered last. */
export const settings = sqliteTable("settings", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});
