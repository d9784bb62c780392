// An operator turns a plugin on or off for a project. Does not tell inboxes: the caller does.
import type { ActivationMode } from "../../schemas/mode.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { AuditRow } from "./flush-batch.ts";

const ACTIONS = { live: "activated", shadow: "shadowed", off: "deactivated" } as const satisfies Record<
  ActivationMode,
  AuditRow["action"]
>;

interface Activation {
  readonly pluginName: string;
  /** A Kili project, or "*" for every project without a word of its own. */
  readonly projectId: string;
  readonly mode: ActivationMode;
  readonly now: number;
  /** As in the audit: `deploy` or `key:<name>`. */
  readonly actor?: string;
  readonly newId?: () => string;
}

/** Sets the activation and its audit row together. Setting what is set already succeeds. */
export async function setActivation(
  db: D1Database,
  { pluginName, projectId, mode, now, actor = "deploy", newId = () => crypto.randomUUID() }: Activation,
): Promise<Result<{ readonly pluginId: string }, "unknown_plugin">> {
  const [changed] = await db.batch<{ pluginId: string }>([
    db
      .prepare(
        `INSERT INTO activations (plugin_id, project_id, active, shadow, updated_at)
         SELECT id, ?2, ?3, ?4, ?5 FROM plugins WHERE name = ?1 AND archived_at IS NULL
         ON CONFLICT (plugin_id, project_id) DO UPDATE SET active = excluded.active, shadow = excluded.shadow, updated_at = excluded.updated_at
         RETURNING plugin_id AS pluginId`,
      )
      .bind(pluginName, projectId, mode === "off" ? 0 : 1, mode === "shadow" ? 1 : 0, now),
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, plugin_name, project_id, detail, created_at)
         SELECT ?1, ?2, ?3, name, ?5, '', ?6 FROM plugins WHERE name = ?4 AND archived_at IS NULL`,
      )
      .bind(newId(), actor, ACTIONS[mode], pluginName, projectId, now),
  ]);
  const row = changed?.results[0];
  return row ? ok({ pluginId: row.pluginId }) : fail("unknown_plugin");
}
