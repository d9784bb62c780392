// Old events go with their deliveries and runs, once nothing about them is left to do or to decide. Log lines have an
// age of their own: pruneRows.

export interface EventAges {
  /** Events received before this go, if their deliveries ended before it too. Epoch milliseconds. */
  readonly before: number;
  /** Dead letters from before this no longer keep their event. */
  readonly deadBefore: number;
}

// A pending delivery keeps its event however old it is: something may still come of it.
const OVER = `
SELECT id FROM events WHERE received_at < ?1 AND NOT EXISTS (
  SELECT 1 FROM deliveries WHERE event_id = events.id AND (
    state = 'pending' OR updated_at >= ?1 OR (state = 'dead' AND settled IS NULL AND created_at >= ?2)))
ORDER BY received_at LIMIT ?3`;
const AMONG = "IN (SELECT value FROM json_each(?1))";

/** Deletes at most `most` events with what belongs to them; answers how many. */
export async function pruneEvents(db: D1Database, { before, deadBefore }: EventAges, most: number): Promise<number> {
  const { results } = await db.prepare(OVER).bind(before, deadBefore, most).all<{ id: string }>();
  if (results.length === 0) return 0;
  const ids = JSON.stringify(results.map(({ id }) => id));
  await db.batch(
    [
      `DELETE FROM runs WHERE delivery_id IN (SELECT id FROM deliveries WHERE event_id ${AMONG})`,
      `DELETE FROM deliveries WHERE event_id ${AMONG}`,
      `DELETE FROM events WHERE id ${AMONG}`,
    ].map((statement) => db.prepare(statement).bind(ids)),
  );
  return results.length;
}
