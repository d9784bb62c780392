// A moment as a terminal shows it. In UTC, as the API tells it: tables of several hosts are compared.

/** How many characters of ISO 8601 are shown. */
const CHARACTERS = { minute: 16, second: 19, millisecond: 23 } as const;

/** `2026-11-01 10:00:00`, out of ISO 8601. */
export function renderTime(time: string, to: keyof typeof CHARACTERS = "second"): string {
  return time.slice(0, CHARACTERS[to]).replace("T", " ");
}
