// The headers of what machines are answered: nothing in it is a page, to be framed, sniffed, kept or read by another
// origin. The dashboard sets its own, and so does the query editor.
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

const secure = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
});

/** Completes answers that have no policy yet. */
export const apiHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.headers.has("content-security-policy")) return;
  await secure(c, async () => {});
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
};
