// Remembers that a Kili project has an inbox, and says what was decided about it.

export interface ProjectFacts {
  /** Whether payloads of events that are over are kept. */
  readonly keepsPayloads: boolean;
}

/** Records a project the first time an event comes from it; later times change nothing. */
export async function recordProject(db: D1Database, projectId: string, now: number): Promise<ProjectFacts> {
  const [, read] = await db.batch<{ keeps: number }>([
    db
      .prepare("INSERT INTO projects (id, first_seen_at) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")
      .bind(projectId, now),
    db.prepare("SELECT keeps_payloads AS keeps FROM projects WHERE id = ?1").bind(projectId),
  ]);
  return { keepsPayloads: read?.results[0]?.keeps !== 0 };
}
