// What is kept of Kili's answer to a write, to be given again when the write comes again.
import { MAX_JOURNALLED_ANSWER_CHARS } from "../limits.ts";

/** The answer as JSON text; of a large one the ids, and of one that is still too large only its root fields. */
export function toJournalledAnswer(data: Record<string, unknown>): string {
  const whole = JSON.stringify(data);
  if (whole.length <= MAX_JOURNALLED_ANSWER_CHARS) return whole;
  const ids = JSON.stringify(data, (key, value: unknown) => (isKept(key, value) ? value : null));
  if (ids.length <= MAX_JOURNALLED_ANSWER_CHARS) return ids;
  return JSON.stringify(Object.fromEntries(Object.keys(data).map((key) => [key, null])));
}

function isKept(key: string, value: unknown): boolean {
  return key === "id" || key === "assetId" || (typeof value === "object" && value !== null);
}
