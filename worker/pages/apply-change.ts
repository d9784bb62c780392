// One change through the API in the reader's name, and its outcome as a sentence on the page that follows.
import { callInName } from "./call-in-name.ts";
import { redirectWith } from "./flash.ts";
import type { PageContext } from "./page-env.ts";

/**
 * Runs a mutation and sends the reader on to `path` with what its root field, aliased `answer`, says; or with `otherwise`
 * where that is no sentence.
 */
export async function applyChange(
  c: PageContext,
  path: string,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  otherwise = "Done",
): Promise<Response> {
  const done = await callInName(c, document, variables);
  if (!done.ok) return redirectWith(c, path, { tone: "bad", text: done.failure });
  const { answer } = done.value;
  return redirectWith(c, path, { tone: "good", text: typeof answer === "string" ? answer : otherwise });
}
