// One statement for many rows, named by their numbers. As plain values, since SQLite then keeps no copy of each page that
// it changes, as it does for a statement that calls a function for its rows.

/** Well within the platform's most for one statement, with some of the statement's own before them. */
const MAX_NUMBERS = 90;

/** Runs `statement`, which ends in a condition on a column: `IN (…)` and the numbers are put after it. */
export function execAmong(
  sql: SqlStorage,
  statement: string,
  numbers: readonly number[],
  ...parameters: readonly SqlStorageValue[]
): void {
  for (let at = 0; at < numbers.length; at += MAX_NUMBERS) {
    const some = numbers.slice(at, at + MAX_NUMBERS);
    sql.exec(`${statement} IN (${some.map(() => "?").join(", ")})`, ...parameters, ...some);
  }
}
