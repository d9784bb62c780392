// JSON of unknown origin. It checks nothing but that it is JSON.

/** The value, or null for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
