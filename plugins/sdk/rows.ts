// What a list query gives: its rows, read when they are wanted, page by page.

/** Rows of a list query, one page after the other. */
export type ReadPages<Row> = () => AsyncGenerator<readonly Row[]>;

/**
 * The rows of a query. Nothing is asked of Kili before they are awaited or looped over: `await` reads all of them into
 * an array; `for await` reads a page when its first row is wanted, and leaving the loop reads no more.
 *
 * @example
 * ```ts
 * const labels = await this.kili.labels({ assetId });
 * for await (const asset of this.kili.assets({ statusIn: ["LABELED"] })) {
 *   if (asset.priority > 0) break;
 * }
 * ```
 */
export class Rows<Row> implements Promise<Row[]>, AsyncIterable<Row> {
  readonly [Symbol.toStringTag] = "Rows";
  readonly #readPages: ReadPages<Row>;
  #all: Promise<Row[]> | null = null;

  constructor(readPages: ReadPages<Row>) {
    this.#readPages = readPages;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const page of this.#readPages()) yield* page;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- to be awaited is what it is for
  then<Value = Row[], Caught = never>(
    onRows?: ((rows: Row[]) => Value | PromiseLike<Value>) | null,
    onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null,
  ): Promise<Value | Caught> {
    this.#all ??= this.#readAll();
    return this.#all.then(onRows, onError);
  }

  catch<Caught = never>(onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null): Promise<Row[] | Caught> {
    return this.then(null, onError);
  }

  finally(onEnd?: (() => void) | null): Promise<Row[]> {
    return this.then((rows) => rows).finally(onEnd);
  }

  async #readAll(): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const page of this.#readPages()) rows.push(...page);
    return rows;
  }
}
