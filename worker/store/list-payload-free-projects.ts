// Projects whose events are not kept with their payloads once they are over, by an operator's decision.

/** Their ids, at most `most`, in order. */
export async function listPayloadFreeProjects(db: D1Database, most: number): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT id FROM projects WHERE keeps_payloads = 0 ORDER BY id LIMIT ?1")
    .bind(most)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
