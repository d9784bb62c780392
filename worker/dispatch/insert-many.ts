// Many rows with few statements. As plain values and with OR FAIL, since SQLite then keeps no copy of each page that it
// changes, as it does for a statement that it could have to take back: one that calls a function, or aborts.

/** The platform's most for one statement. */
const MAX_PARAMETERS = 100;

/** Inserts `rows` into `columns`, as in "event (seq, id)". When a row fails, those before it are there. */
export function insertMany(sql: SqlStorage, columns: string, rows: readonly (readonly SqlStorageValue[])[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const atOnce = Math.floor(MAX_PARAMETERS / first.length);
  const row = `(${first.map(() => "?").join(", ")})`;
  for (let at = 0; at < rows.length; at += atOnce) {
    const some = rows.slice(at, at + atOnce);
    const values = some.map(() => row).join(", ");
    sql.exec(`INSERT OR FAIL INTO ${columns} VALUES ${values}`, ...some.flat());
  }
}
