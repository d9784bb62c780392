// What the system called an error, for a message. It does not explain the code.

/** `ENOENT`, `EADDRINUSE` and the like; other errors in their own words. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
