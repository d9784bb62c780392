// Whether a project has an inbox. Asked before one is spoken to, because that alone makes one.

/** True for a project that an event ever came from. */
export async function hasProject(db: D1Database, projectId: string): Promise<boolean> {
  return (await db.prepare("SELECT 1 AS one FROM projects WHERE id = ?1").bind(projectId).first()) !== null;
}
