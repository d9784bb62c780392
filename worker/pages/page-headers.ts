// The headers of every answer of the dashboard: no script or style but our own files, no frame, nothing kept by caches.
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { PageEnv } from "./page-env.ts";

const secure = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  // With "no-referrer", browsers would hide from us where a form was sent from.
  referrerPolicy: "same-origin",
});

/** Sets them; what sets its own Cache-Control keeps it. */
export const pageHeaders: MiddlewareHandler<PageEnv> = (c, next) =>
  secure(c, async () => {
    await next();
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  });
