// An operator decides whether a project's payloads are kept. Does not tell its inbox: the caller does.

interface PayloadKeeping {
  readonly projectId: string;
  readonly keep: boolean;
  /** As in the audit: `key:<name>`. */
  readonly actor: string;
  readonly now: number;
}

/** Sets it, and its audit row, together. A project without an inbox is left alone. */
export async function setPayloadKeeping(
  db: D1Database,
  { projectId, keep, actor, now }: PayloadKeeping,
): Promise<void> {
  await db.batch([
    db.prepare("UPDATE projects SET keeps_payloads = ?2 WHERE id = ?1").bind(projectId, keep ? 1 : 0),
    db
      .prepare(
        `INSERT INTO audit (id, actor, action, project_id, detail, created_at)
         SELECT ?1, ?2, 'payload_keeping', id, ?3, ?4 FROM projects WHERE id = ?5`,
      )
      .bind(crypto.randomUUID(), actor, keep ? "on" : "off", now, projectId),
  ]);
}
