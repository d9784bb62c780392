// The page for a failure of ours. What failed is in the host's log, and not on the page.
import { HTTPException } from "hono/http-exception";
import { log } from "../log.ts";
import { renderDocument } from "./document.tsx";
import { ownPath } from "./own-path.ts";
import type { PageContext } from "./page-env.ts";

/** Logs the error and answers 500. It may be that the database is away, so the page asks nothing of it. */
export function renderFailed(error: Error, c: PageContext): Response | Promise<Response> {
  // What a middleware refuses, such as another site's form, is no failure.
  if (error instanceof HTTPException) return error.getResponse();
  log("error", "page failed", { route: c.req.routePath, error });
  const body = (
    <main class="gate">
      <section class="gate-card">
        <h1>The host failed</h1>
        <p class="lead">Its log says why. What plugins do goes on without this page.</p>
        <a class="button" href={c.req.method === "GET" ? ownPath(c.req.path) : "/"}>
          Try again
        </a>
      </section>
    </main>
  );
  return renderDocument(c, "Failed", body, 500);
}
