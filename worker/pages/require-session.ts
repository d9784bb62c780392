// Lets in who is signed in, and sends everybody else to the sign-in page. What a role may do is the API's business.
import type { MiddlewareHandler } from "hono";
import type { PageEnv } from "./page-env.ts";
import { readSession } from "./session.ts";

/** Sets `principal`. A form that was sent too late is not sent again after signing in: the page is shown anew. */
export const requireSession: MiddlewareHandler<PageEnv> = async (c, next) => {
  const principal = await readSession(c);
  if (principal === null) {
    if (c.req.path === "/live") return c.text("Signed out", 401);
    const { pathname, search } = new URL(c.req.url);
    const to = c.req.method === "GET" ? `${pathname}${search}` : "/";
    return c.redirect(to === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(to)}`, 303);
  }
  c.set("principal", principal);
  return next();
};
