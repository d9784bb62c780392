// Plugins as a list of them shows them: what runs, where, and how it went lately. One statement for a page of them.
import type { Manifest } from "../../schemas/manifest.ts";
import type { Page } from "./page.ts";

export interface PluginSummary {
  readonly name: string;
  readonly status: "ACTIVE" | "DEPLOYING" | "FAILED";
  /** Of the version that events run on; null before one has loaded. */
  readonly version: string | null;
  readonly kind: "code" | "webhook" | null;
  readonly description: string;
  readonly updatedAt: number;
  /** Projects it is on for; "*" is every project without a word of its own. */
  readonly projectIds: readonly string[];
  /** How many of its latest runs there are, at most `recentRuns`, and how many of them ended well. */
  readonly runs: number;
  readonly okRuns: number;
  readonly lastRunAt: number | null;
}

interface Row extends Omit<PluginSummary, "projectIds" | "description" | "runs" | "okRuns" | "lastRunAt"> {
  readonly manifest: string | null;
  readonly projects: string;
  readonly recent: string;
}

/** Plugins by name, with the outcome of the `recentRuns` latest runs of each. */
export async function summarizePlugins(
  db: D1Database,
  { first, skip }: Page,
  recentRuns: number,
): Promise<PluginSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT plugins.name, plugins.status, versions.version, versions.kind, versions.manifest,
         plugins.updated_at AS updatedAt,
         (SELECT json_group_array(project_id) FROM activations WHERE plugin_id = plugins.id AND active = 1) AS projects,
         (SELECT json_object('runs', count(*), 'okRuns', coalesce(sum(outcome_type = 'ok'), 0), 'lastRunAt', max(started_at))
          FROM (SELECT outcome_type, started_at FROM runs WHERE plugin_name = plugins.name
                ORDER BY started_at DESC LIMIT ?3)) AS recent
       FROM plugins LEFT JOIN versions ON versions.id = plugins.version_id
       WHERE plugins.archived_at IS NULL ORDER BY plugins.name LIMIT ?1 OFFSET ?2`,
    )
    .bind(first, skip, recentRuns)
    .all<Row>();
  return results.map(({ manifest, projects, recent, ...row }) => ({
    ...row,
    description: manifest === null ? "" : (JSON.parse(manifest) as Manifest).description,
    projectIds: JSON.parse(projects) as string[],
    ...(JSON.parse(recent) as Pick<PluginSummary, "runs" | "okRuns" | "lastRunAt">),
  }));
}
