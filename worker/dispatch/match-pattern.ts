// Dotted event patterns: `*` stands for one or more whole segments. Pure.

/** True when `pattern` matches `name`, segment by segment; both are split at dots. */
export function matchPattern(pattern: string, name: string): boolean {
  const wanted = pattern.split(".");
  const given = name.split(".");
  // The classic wildcard walk: on a mismatch, let the last star swallow one more segment. Never exponential.
  let wantedAt = 0;
  let givenAt = 0;
  let starAt = -1;
  let swallowedTo = 0;
  while (givenAt < given.length) {
    if (wanted[wantedAt] === "*") {
      starAt = wantedAt;
      swallowedTo = givenAt + 1;
      wantedAt += 1;
      givenAt += 1;
    } else if (wantedAt < wanted.length && wanted[wantedAt] === given[givenAt]) {
      wantedAt += 1;
      givenAt += 1;
    } else if (starAt >= 0) {
      wantedAt = starAt + 1;
      swallowedTo += 1;
      givenAt = swallowedTo;
    } else {
      return false;
    }
  }
  return wantedAt === wanted.length;
}
