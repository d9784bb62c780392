// Kili's mutations take parallel lists, one per property. This puts them together into one item per row.

/** An argument's name, the field it becomes, and its list; undefined where the caller gave none. */
export type Column = readonly [argument: string, field: string, values: readonly unknown[] | undefined];

/** One item per entry of the first column. Absent lists, and null or undefined entries, set nothing. */
export function zipColumns(operation: string, columns: readonly [Column, ...Column[]]): Record<string, unknown>[] {
  const [[leader, , leading = []]] = columns;
  for (const [argument, , values] of columns) {
    if (values !== undefined && values.length !== leading.length)
      throw new TypeError(
        `Cannot call ${operation}: "${argument}" has ${values.length} items, wanted ${leading.length} as in "${leader}"`,
      );
  }
  return leading.map((_, row) => {
    const cells = columns.map(([, field, values]) => [field, values?.[row]] as const);
    return Object.fromEntries(cells.filter(([, cell]) => cell !== null && cell !== undefined));
  });
}
