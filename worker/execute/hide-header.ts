// Takes a webhook's header out of words that came from outside: servers like to quote the request they refuse.

const HIDDEN = "[redacted]";
/** Shorter parts are hidden only as the whole header: they would be found in any text. */
const MIN_PART_CHARS = 4;

/**
 * `text` without the header, in whole or by its parts ("Bearer" and the token), plain or as JSON, a URL or base64
 * write it; nor what the end of `text` may hold of a header that was cut off there.
 */
export function hideHeader(text: string, header: string | null): string {
  if (header === null) return text;
  const parts = header.split(/[\s,;=:]+/).filter((part) => part.length >= MIN_PART_CHARS && !SCHEMES.test(part));
  const spellings = [header, ...parts].flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    btoa(secret),
  ]);
  const longestFirst = [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
  const whole = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  return longestFirst.reduce(hideBeginningAtEnd, whole);
}

const SCHEMES = /^(?:basic|bearer|digest|token|apikey|api-key|x-api-key)$/i;

function hideBeginningAtEnd(text: string, secret: string): string {
  for (let length = Math.min(secret.length, text.length); length >= MIN_PART_CHARS; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + HIDDEN;
  }
  return text;
}
