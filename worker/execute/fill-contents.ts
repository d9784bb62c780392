// Puts labels' contents into an answer where Kili gave a URL instead, a few at a time and bounded together.
import type { KiliOperation } from "../kili/check-operation.ts";
import { findContents } from "../kili/find-contents.ts";
import { MAX_KILI_CONTENTS, MAX_KILI_CONTENT_BYTES } from "../limits.ts";
import { fetchContent, type ContentSource } from "./fetch-content.ts";

/** Requests that the platform lets wait for an answer at once. */
const AT_ONCE = 5;

/** Fills `data` in. Gives the reason why it could not, or null. */
export async function fillContents(
  operation: KiliOperation,
  data: Readonly<Record<string, unknown>>,
  source: ContentSource,
): Promise<string | null> {
  const rows = findContents(operation, data);
  if (rows.length > MAX_KILI_CONTENTS)
    return `${rows.length} labels have their content elsewhere, at most ${MAX_KILI_CONTENTS} at once`;
  const room = { bytes: MAX_KILI_CONTENT_BYTES };
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const some = rows.slice(start, start + AT_ONCE);
    const fetched = await Promise.all(some.map((row) => fetchContent(row.jsonResponseUrl, source, room)));
    for (const [index, content] of fetched.entries()) {
      const row = some[index];
      if (!content.ok) return content.failure;
      if (row !== undefined) row.jsonResponse = content.value;
    }
  }
  return null;
}
