// Cuts what an attempt leaves into texts that fit a row of SQLite, here and in the history. Drops nothing.
import type { FinishedRows } from "./finished-rows.ts";

/** A character takes up to three bytes, and a row at most 2 MB of them. */
const MAX_ROW_CHARS = 300_000;

/** The rows as JSON, in one text or in several that hold parts of its log. Each can be handed over by itself. */
export function toJournalRows(rows: FinishedRows): string[] {
  const whole = JSON.stringify(rows);
  if (whole.length <= MAX_ROW_CHARS) return [whole];
  const parts: FinishedRows[] = [{ ...rows, logs: [] }];
  let part: FinishedRows["logs"][number][] = [];
  let chars = 0;
  for (const line of rows.logs) {
    const more = JSON.stringify(line).length + 1;
    if (part.length > 0 && chars + more > MAX_ROW_CHARS) {
      parts.push({ runs: [], deliveries: [], audit: [], logs: part });
      part = [];
      chars = 0;
    }
    part.push(line);
    chars += more;
  }
  if (part.length > 0) parts.push({ runs: [], deliveries: [], audit: [], logs: part });
  return parts.map((each) => JSON.stringify(each));
}
