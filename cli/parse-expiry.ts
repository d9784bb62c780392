// When a key shall expire, as people say it on a command line.

const UNIT_MS = { h: 60 * 60_000, d: 24 * 60 * 60_000 } as const;

/** `90d` or `12h` from `now` on, or a date or time in ISO 8601; null for anything else and for what has passed. */
export function parseExpiry(text: string, now: number): string | null {
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(text);
  const time = count ? now + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS] : isDate ? Date.parse(text) : 0;
  return time > now ? new Date(time).toISOString() : null;
}
