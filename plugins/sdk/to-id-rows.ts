// What Kili's mutations answer with: the ids of what they made or changed.

/** Something in Kili, by its id. */
export interface IdRow {
  readonly id: string;
}

/** The rows of a mutation's answer. Empty when Kili answers with nothing, as some of its mutations do. */
export function toIdRows(answer: unknown): IdRow[] {
  const rows = Array.isArray(answer) ? answer : [answer];
  return rows.flatMap((row: Partial<IdRow> | null | undefined) =>
    typeof row?.id === "string" ? [{ id: row.id }] : [],
  );
}
