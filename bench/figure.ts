// What the bench measures and how it says so. Types only.

export type Unit = "ratio" | "ms" | "bytes" | "per_second";

/** One number of the bench. Nothing is asserted: whether the target was met holds for this run on this machine. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly target: { readonly atLeast: number } | { readonly atMost: number } | null;
  /** What the number was made of. */
  readonly detail: string;
  /** The value of each round, where there were several. */
  readonly rounds: readonly number[];
}

export interface BenchOptions {
  /** Small numbers: to see that the bench works, not how fast anything is. */
  readonly short: boolean;
  readonly peers: boolean;
}

/** One file of bench/figures. */
export type Measure = (options: BenchOptions) => Promise<readonly Figure[]>;
