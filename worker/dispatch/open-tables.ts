// Brings the tables of an inbox to their newest form, whatever form it left them in.
import { STEPS } from "./journal-tables.ts";

const HAS_MEMORY = "SELECT COUNT(*) AS n FROM sqlite_schema WHERE name = 'remembered'";
const STEPS_DONE = "SELECT value FROM remembered WHERE key = 'steps'";
const REMEMBER =
  "INSERT INTO remembered (key, value) VALUES ('steps', ?) ON CONFLICT DO UPDATE SET value = excluded.value";

/** Does the steps that this inbox has not done yet, all or none. */
export function openTables(storage: DurableObjectStorage): void {
  const { sql } = storage;
  const remembers = sql.exec<{ n: number }>(HAS_MEMORY).one().n === 1;
  const [row] = remembers ? sql.exec<{ value: string }>(STEPS_DONE) : [];
  const done = Number(row?.value ?? 0);
  if (done >= STEPS.length) return;
  storage.transactionSync(() => {
    for (const step of STEPS.slice(done)) sql.exec(step);
    sql.exec(REMEMBER, String(STEPS.length));
  });
}
