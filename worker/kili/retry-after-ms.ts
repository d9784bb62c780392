// When Kili wants to be asked again.

/** The `Retry-After` header in milliseconds; null where there is none. */
export function retryAfterMs(headers: Headers): number | null {
  const header = headers.get("retry-after");
  // Only the form in seconds: the other names a moment, and proxies that send it do not agree with our clock.
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}
