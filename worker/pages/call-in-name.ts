// The API, called in the reader's name.
import type { Result } from "../../schemas/result.ts";
import type { PageContext } from "./page-env.ts";

/** Runs a document of the API with the reader's role; the failure is a sentence for them. */
export function callInName(
  c: PageContext,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Result<Readonly<Record<string, unknown>>, string>> {
  const { pages, principal } = c.var;
  const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const origin = new URL(c.req.url).origin;
  return pages.callApi(document, variables, { env: c.env, principal, origin, later });
}
