// How this host's cookies are set. Which there are is their own files' business.
import type { CookieOptions } from "hono/utils/cookie";

/**
 * Options for a cookie of the dashboard. It is `Secure` wherever the reader came over TLS: on plain HTTP, as on a
 * machine of one's own, browsers would drop it.
 */
export function cookieOptions(request: Request, maxAgeSeconds: number): CookieOptions {
  const forwarded = request.headers.get("x-forwarded-proto");
  const secure = new URL(request.url).protocol === "https:" || forwarded === "https";
  return { path: "/", httpOnly: true, sameSite: "Lax", secure, maxAge: maxAgeSeconds };
}
