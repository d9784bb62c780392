// A plugin is about to be built from an upload. One build of a plugin at a time: which of two ended last would
// otherwise decide what runs.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { BUILD_LEASE_MS } from "../limits.ts";
import { findPlugin } from "./find-plugin.ts";
import type { PluginRow } from "./list-plugins.ts";

interface NewBuild {
  readonly pluginName: string;
  /** The plugin is to be new, or it is to be there. */
  readonly isNew: boolean;
  readonly now: number;
  readonly newId?: () => string;
}

/** The plugin as it stands now, DEPLOYING. What it runs meanwhile stays as it was. */
export async function beginBuild(
  db: D1Database,
  { pluginName, isNew, now, newId = () => crypto.randomUUID() }: NewBuild,
): Promise<Result<PluginRow, "name_taken" | "unknown_plugin" | "busy">> {
  const statement = isNew
    ? db
        .prepare(
          `INSERT INTO plugins (id, name, status, created_at, updated_at) VALUES (?3, ?1, 'DEPLOYING', ?2, ?2)
           ON CONFLICT (name) WHERE archived_at IS NULL DO NOTHING`,
        )
        .bind(pluginName, now, newId())
    : db
        .prepare(
          `UPDATE plugins SET status = 'DEPLOYING', updated_at = ?2
           WHERE name = ?1 AND archived_at IS NULL AND (status <> 'DEPLOYING' OR updated_at <= ?3)`,
        )
        .bind(pluginName, now, now - BUILD_LEASE_MS);
  const { meta } = await statement.run();
  const plugin = await findPlugin(db, pluginName);
  if (plugin === null) return fail("unknown_plugin");
  if (meta.changes > 0) return ok(plugin);
  return fail(isNew ? "name_taken" : "busy");
}
