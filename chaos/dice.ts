// Dice that a seed makes fall the same way again. Not for secrets.

export interface Dice {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `low` to below `high`. */
  between(low: number, high: number): number;
}

/** Dice for a whole number as seed (Mulberry32). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, between: (low, high) => low + Math.floor(next() * (high - low)) };
}
