// Reads dates in several spellings and sorts them into weeks.
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function parseDate(text: string): number | null {
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  if (iso) return Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const slashes = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (slashes) return Date.UTC(Number(slashes[3]), Number(slashes[2]) - 1, Number(slashes[1]));
  const [day = "", month = "", year = ""] = text.split(" ");
  const index = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  return index < 0 ? null : Date.UTC(Number(year), index, Number(day));
}

const DAY_MS = 86_400_000;
const TEXTS = Array.from({ length: 60 }, (_, i) => {
  const date = new Date(Date.UTC(2026, i % 12, 1 + (i % 28)));
  if (i % 3 === 0) return date.toISOString();
  if (i % 3 === 1) return `${date.getUTCDate()}/${date.getUTCMonth() + 1}/2026`;
  return i % 5 === 0 ? "not a date" : `${date.getUTCDate()} ${MONTHS[i % 12]}ember 2026`;
});

export function run(n: number): number {
  let total = 0;
  for (let round = 0; round < n; round += 1) {
    const weeks = new Map<number, string[]>();
    for (const text of TEXTS) {
      const date = parseDate(text);
      if (date === null) continue;
      const week = Math.floor(date / (7 * DAY_MS));
      weeks.set(week, [...(weeks.get(week) ?? []), text]);
    }
    total += weeks.size;
  }
  return total;
}
