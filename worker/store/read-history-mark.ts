// A word that changes whenever the history or the registry does. What changed it does not say.

/** Costs a look at the end of each table's own index, however much is stored. */
export async function readHistoryMark(db: D1Database): Promise<string> {
  const mark = await db
    .prepare(
      `SELECT coalesce((SELECT max(rowid) FROM runs), 0) || '-' || coalesce((SELECT max(rowid) FROM events), 0) || '-' ||
         coalesce((SELECT max(rowid) FROM deliveries), 0) || '-' || coalesce((SELECT max(rowid) FROM audit), 0) || '-' ||
         coalesce((SELECT max(updated_at) FROM pauses), 0) || '-' || coalesce((SELECT max(updated_at) FROM plugins), 0) AS mark`,
    )
    .first<string>("mark");
  return mark ?? "";
}
