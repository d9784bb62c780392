// The dashboard: which path leads to which page. Holds no logic of its own.
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { every } from "hono/combine";
import { csrf } from "hono/csrf";
import { MAX_FORM_BYTES } from "../limits.ts";
import { makeKey, revokeKey } from "./change-keys.ts";
import { changeActivation, resumePlugin, rollBackPlugin } from "./change-plugin.ts";
import { showDeadLetters } from "./dead-letters.tsx";
import { showEvent } from "./event.tsx";
import { showEvents } from "./events.tsx";
import { renderFailed } from "./failed.tsx";
import { takeFlash } from "./flash.ts";
import { followed, streamChanges } from "./live.ts";
import { showOverview } from "./overview.tsx";
import type { PageContext, PageDependencies, PageEnv } from "./page-env.ts";
import { pageHeaders } from "./page-headers.ts";
import { showPayload } from "./payload.tsx";
import { showPlugin } from "./plugin.tsx";
import { showPlugins } from "./plugins.tsx";
import { readForm } from "./read-form.ts";
import { replayEvent } from "./replay-event.ts";
import { requireSession } from "./require-session.ts";
import { showRun } from "./run.tsx";
import { showRuns } from "./runs.tsx";
import { discardLetters, replayLetters } from "./settle-dead-letters.ts";
import { servePageAsset } from "./serve-page-asset.ts";
import { showSettings } from "./settings.tsx";
import { showSignIn, signIn, signOut } from "./sign-in.tsx";
import { readTheme, setTheme } from "./theme.ts";

/** Makes the dashboard's routes. */
export function createPages(dependencies: PageDependencies): Hono<PageEnv> {
  const prepare = async (c: PageContext, next: () => Promise<void>): Promise<Response | void> => {
    c.set("pages", dependencies);
    c.set("now", dependencies.now());
    c.set("theme", readTheme(c));
    c.set("flash", c.req.method === "GET" ? takeFlash(c) : null);
    const form = await readForm(c.req.raw);
    if (form === null) return c.text("Cannot take this: wanted a form", 400);
    c.set("form", form);
    return next();
  };
  // Forms are taken from this host's own pages only, whatever cookies a browser sends along. Not for every path:
  // what is none of the dashboard's is left to others.
  const open = every(pageHeaders, csrf(), bodyLimit({ maxSize: MAX_FORM_BYTES }), prepare);
  const signedIn = every(open, requireSession);

  const app = new Hono<PageEnv>();
  app.onError(renderFailed);
  app.get("/assets/:file", pageHeaders, servePageAsset);
  app.get("/sign-in", open, showSignIn);
  app.post("/sign-in", open, signIn);
  app.post("/sign-out", open, signOut);
  app.post("/theme", open, setTheme);

  app.get("/", signedIn, followed, showOverview);
  app.get("/plugins", signedIn, followed, showPlugins);
  app.get("/plugins/:name", signedIn, followed, showPlugin);
  app.post("/plugins/:name/activations", signedIn, changeActivation);
  app.post("/plugins/:name/rollback", signedIn, rollBackPlugin);
  app.post("/plugins/:name/resume", signedIn, resumePlugin);
  app.get("/events", signedIn, followed, showEvents);
  app.get("/events/:id", signedIn, followed, showEvent);
  app.get("/events/:id/payload", signedIn, showPayload);
  app.post("/events/:id/replay", signedIn, replayEvent);
  app.get("/runs", signedIn, followed, showRuns);
  app.get("/runs/:id", signedIn, showRun);
  app.get("/dead-letters", signedIn, followed, showDeadLetters);
  app.post("/dead-letters/replay", signedIn, replayLetters);
  app.post("/dead-letters/discard", signedIn, discardLetters);
  app.get("/settings", signedIn, showSettings);
  app.post("/settings/keys", signedIn, makeKey);
  app.post("/settings/revoke-key", signedIn, revokeKey);
  app.get("/live", signedIn, streamChanges);
  return app;
}
