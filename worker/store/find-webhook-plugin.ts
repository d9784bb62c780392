// What is registered under a name, as far as registering a webhook there depends on it.

export interface WebhookPlugin {
  readonly pluginId: string;
  /** What its current version is; null before one has loaded. */
  readonly kind: "code" | "webhook" | null;
  /** The largest major version so far; 0 before the first. */
  readonly lastMajor: number;
}

/** The plugin of that name; null when there is none, or it was archived. */
export async function findWebhookPlugin(db: D1Database, name: string): Promise<WebhookPlugin | null> {
  return db
    .prepare(
      `SELECT plugins.id AS pluginId, current.kind AS kind,
         (SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM versions WHERE plugin_id = plugins.id) AS lastMajor
       FROM plugins LEFT JOIN versions AS current ON current.id = plugins.version_id
       WHERE plugins.name = ?1 AND plugins.archived_at IS NULL`,
    )
    .bind(name)
    .first<WebhookPlugin>();
}
