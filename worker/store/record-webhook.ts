// A webhook enters the store as a version of its plugin, and is current from then on: there is nothing to load first.
// Does not tell inboxes: the caller does.
import type { Manifest } from "../../schemas/manifest.ts";

export interface NewWebhook {
  readonly pluginId: string;
  /** True when the plugin is new with it; otherwise the plugin must be there. */
  readonly isNewPlugin: boolean;
  readonly versionId: string;
  readonly hash: string;
  readonly manifest: Manifest;
  readonly url: string;
  /** Encrypted for this version, or null. */
  readonly header: string | null;
  readonly now: number;
  /** As in the audit: `key:<name>`. */
  readonly actor: string;
  readonly newId: () => string;
}

/** Stores everything or nothing; false when the plugin's name was taken, or the plugin is gone. */
export async function recordWebhook(db: D1Database, webhook: NewWebhook): Promise<boolean> {
  const { pluginId, versionId, hash, manifest, now } = webhook;
  const results = await db.batch<{ id: string }>([
    // Each statement stands on the row of the one before it: if the first finds no place, none writes anything.
    ...(webhook.isNewPlugin ? [insertPlugin(db, webhook)] : []),
    db
      .prepare(
        `INSERT INTO versions (id, plugin_id, hash, kind, version, manifest, handlers, created_at)
         SELECT ?1, id, ?2, 'webhook', ?3, ?4, '[]', ?5 FROM plugins WHERE id = ?6 AND archived_at IS NULL`,
      )
      .bind(versionId, hash, manifest.version, JSON.stringify(manifest), now, pluginId),
    db
      .prepare("INSERT INTO webhooks (version_id, url, header) SELECT id, ?2, ?3 FROM versions WHERE id = ?1")
      .bind(versionId, webhook.url, webhook.header),
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, plugin_name, detail, created_at)
         SELECT ?1, ?2, 'registered', ?3, version || ' (' || substr(hash, 1, 12) || ')', ?4 FROM versions WHERE id = ?5`,
      )
      .bind(webhook.newId(), webhook.actor, manifest.name, now, versionId),
    db
      .prepare(
        `UPDATE plugins SET version_id = ?1, status = 'ACTIVE', updated_at = ?2
         WHERE id IN (SELECT plugin_id FROM versions WHERE id = ?1) RETURNING id`,
      )
      .bind(versionId, now),
  ]);
  return results.at(-1)?.results.length === 1;
}

function insertPlugin(db: D1Database, { pluginId, manifest, now }: NewWebhook): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO plugins (id, name, status, created_at, updated_at) VALUES (?1, ?2, 'DEPLOYING', ?3, ?3)
       ON CONFLICT (name) WHERE archived_at IS NULL DO NOTHING`,
    )
    .bind(pluginId, manifest.name, now);
}
