// Checks what a GET puts into its URL beside the query, which yoga parses without expecting that it does not parse.
import { requestError } from "./request-error.ts";

/** Throws a GraphQLError for the caller unless `variables` and `extensions` are JSON objects, where they are given. */
export function checkSearch(search: URLSearchParams): void {
  for (const name of ["variables", "extensions"]) {
    const text = search.get(name);
    if (text && !isObject(text))
      throw requestError(
        "BAD_USER_INPUT",
        `Cannot read "${name}" of the URL: found something else, wanted a JSON object`,
      );
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
}
