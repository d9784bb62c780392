// A plugin that did not build or did not load: its errors are kept where its author looks for them.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { insertRows } from "./insert-rows.ts";
import { buildErrors } from "./registry-schema.ts";

interface BuildFailure {
  readonly name: string;
  readonly problems: readonly BuildProblem[];
  readonly now: number;
  /** As in the audit: `deploy` or `key:<name>`. */
  readonly actor?: string;
  readonly newId?: () => string;
}

/** Marks the plugin FAILED, creating it if it is new. A version that ran before keeps running. */
export async function recordBuildFailure(
  db: D1Database,
  { name, problems, now, actor = "deploy", newId = () => crypto.randomUUID() }: BuildFailure,
): Promise<void> {
  const rows = problems.map((problem) => ({ ...problem, pluginName: name, createdAt: now }));
  await db.batch([
    db
      .prepare(
        `INSERT INTO plugins (id, name, status, created_at, updated_at) VALUES (?1, ?2, 'FAILED', ?3, ?3)
         ON CONFLICT (name) WHERE archived_at IS NULL DO UPDATE SET status = 'FAILED', updated_at = ?3`,
      )
      .bind(newId(), name, now),
    insertRows(db, buildErrors, rows, "DO NOTHING"),
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, plugin_name, detail, created_at)
         VALUES (?1, ?2, 'build_failed', ?3, ?4, ?5)`,
      )
      .bind(newId(), actor, name, problems[0]?.message ?? "", now),
  ]);
}
