// A moment, by how long ago it was; the exact time is the element's title.
import { formatDuration } from "./format-duration.ts";

/** `at` and `now` in epoch milliseconds. */
export function Ago({ at, now }: { readonly at: number; readonly now: number }) {
  const iso = new Date(at).toISOString();
  const exact = `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`;
  // Nobody counts the tenths of what is over.
  const distance = Math.round(Math.abs(now - at) / 1_000) * 1_000;
  const words =
    distance === 0 ? "now" : at <= now ? `${formatDuration(distance)} ago` : `in ${formatDuration(distance)}`;
  return (
    <time class="nowrap" datetime={iso} title={exact}>
      {words}
    </time>
  );
}
