// What Kili is told about the client behind a forwarded operation: the SDK's own words about itself, nothing that could
// carry a secret.
import { MAX_FORWARD_HEADERS, MAX_FORWARD_HEADER_CHARS } from "../limits.ts";

const TELLING = /^(?:kili-client-|apollographql-client-)/;

/** The headers of `from` that go along. */
export function forwardHeaders(from: Headers): Record<string, string> {
  return Object.fromEntries(
    [...from]
      .filter(([name, value]) => TELLING.test(name) && value.length <= MAX_FORWARD_HEADER_CHARS)
      .slice(0, MAX_FORWARD_HEADERS),
  );
}
