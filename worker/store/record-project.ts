// Remembers that a Kili project has an inbox.

/** Records a project the first time an event comes from it; later times change nothing. */
export async function recordProject(db: D1Database, projectId: string, now: number): Promise<void> {
  await db
    .prepare("INSERT INTO projects (id, first_seen_at) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")
    .bind(projectId, now)
    .run();
}
