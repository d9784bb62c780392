// When somebody outside wants to be asked again.

/** A `Retry-After` header in milliseconds from `now`, in either of its forms; null where it says nothing of use. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  // A name of the day comes first in all forms that HTTP knows; other texts that Date.parse takes are no dates here.
  const at = /^[A-Z][a-z]{2,8},? /.test(header) ? Date.parse(header) : Number.NaN;
  return at > now ? at - now : null;
}
