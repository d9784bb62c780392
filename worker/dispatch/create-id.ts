// Ids that say what they name and sort by when they were made.

/** A fresh id such as `ev_0mwtc2uml…`: nine characters of time in base 36, then 122 random bits in hexadecimal. */
export function createId(prefix: "ev" | "dl" | "run", now: number): string {
  return `${prefix}_${now.toString(36).padStart(9, "0")}${crypto.randomUUID().replaceAll("-", "")}`;
}
