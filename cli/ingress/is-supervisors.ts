// Whether a request is for what only the supervisor may ask of the runtime. A secret keeps others from it all the same.

/** By a request's target, however it is written. */
export function isSupervisors(target: string): boolean {
  try {
    const { pathname } = new URL(target.startsWith("/") ? `http://runtime${target}` : target);
    return /^\/+supervisor(?:\/|$)/.test(decodeURIComponent(pathname));
  } catch {
    // No URL: the runtime has no page for it either.
    return false;
  }
}
