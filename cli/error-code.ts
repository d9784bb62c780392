// What the system called an error, for a message. It does not explain the code.

/** `ENOENT`, `ECONNREFUSED` and the like; other errors in their own words. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // `fetch` hides what happened in the cause.
  if (error.cause instanceof Error) return errorCode(error.cause);
  return "code" in error ? String(error.code) : error.message;
}
