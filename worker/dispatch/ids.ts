// Ids that say what they name and sort by when they were made.

/** A fresh id such as `ev_01jd…`: nine characters of time, sixteen of randomness, in base 36. */
export function createId(prefix: "ev" | "dl" | "run", now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  let tail = "";
  for (const byte of random) tail += (byte % 36).toString(36);
  return `${prefix}_${now.toString(36).padStart(9, "0")}${tail}`;
}
