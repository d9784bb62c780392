// One statement for many rows, named by their numbers. As plain values, since SQLite then keeps no copy of each page that
// it changes, as it does for a statement that calls a function for its rows.

/** Well within the platform's most for one statement, with some of the statement's own before them. */
const MAX_NUMBERS = 90;

/** Runs `statement`, which ends in a condition on a column: the numbers, whole ones, are put after it. */
export function execAmong(
  sql: SqlStorage,
  statement: string,
  numbers: readonly number[],
  ...parameters: readonly SqlStorageValue[]
): void {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return;
  // Most often they were given out one after another, and going through them in a row costs less than looking for each.
  if (last - first === new Set(sorted).size - 1) {
    sql.exec(`${statement} BETWEEN ? AND ?`, ...parameters, first, last);
    return;
  }
  for (let at = 0; at < sorted.length; at += MAX_NUMBERS) {
    const some = sorted.slice(at, at + MAX_NUMBERS);
    sql.exec(`${statement} IN (${some.map(() => "?").join(", ")})`, ...parameters, ...some);
  }
}
