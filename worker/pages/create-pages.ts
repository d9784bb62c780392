// The dashboard: which path leads to which page. Holds no logic of its own.
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { every } from "hono/combine";
import { csrf } from "hono/csrf";
import { MAX_FORM_BYTES } from "../limits.ts";
import { showOverview } from "./overview.tsx";
import type { PageContext, PageDependencies, PageEnv } from "./page-env.ts";
import { pageHeaders } from "./page-headers.ts";
import { requireSession } from "./require-session.ts";
import { servePageAsset } from "./serve-page-asset.ts";
import { showSignIn, signIn, signOut } from "./sign-in.tsx";
import { readTheme, setTheme } from "./theme.ts";

/** Makes the dashboard's routes. */
export function createPages(dependencies: PageDependencies): Hono<PageEnv> {
  const prepare = async (c: PageContext, next: () => Promise<void>): Promise<void> => {
    c.set("pages", dependencies);
    c.set("now", dependencies.now());
    c.set("theme", readTheme(c));
    c.set("flash", null);
    await next();
  };
  // Forms are taken from this host's own pages only, whatever cookies a browser sends along. Not for every path:
  // what is none of the dashboard's is left to others.
  const open = every(pageHeaders, csrf(), bodyLimit({ maxSize: MAX_FORM_BYTES }), prepare);
  const signedIn = every(open, requireSession);

  const app = new Hono<PageEnv>();
  app.get("/assets/:file", pageHeaders, servePageAsset);
  app.get("/sign-in", open, showSignIn);
  app.post("/sign-in", open, signIn);
  app.post("/sign-out", open, signOut);
  app.post("/theme", open, setTheme);

  app.get("/", signedIn, showOverview);
  return app;
}
