// A time that has passed, as people say it on a command line.

const UNIT_MS = { m: 60_000, h: 60 * 60_000, d: 24 * 60 * 60_000 } as const;

/** `30m`, `2h` or `7d` before `now`, or a date or time in ISO 8601; null for anything else. */
export function parseSince(text: string, now: number): string | null {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(text);
  const time = count ? now - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS] : isDate ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
