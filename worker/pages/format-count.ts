// Counts with their thousands apart.

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** "12,345"; with a noun, "1 run" and "2 runs". */
export function formatCount(count: number, noun?: string): string {
  const digits = WHOLE.format(count);
  return noun === undefined ? digits : `${digits} ${noun}${count === 1 ? "" : "s"}`;
}
