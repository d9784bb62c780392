// The page for what is not there.
import { Empty } from "./empty.tsx";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";

/** Answers that there is no such plugin, event or run: it never was, or retention has taken it. */
export function renderMissing(c: PageContext, what: "plugin" | "event" | "run" | "payload"): Promise<Response> {
  return renderPage(c, {
    title: "Not found",
    status: 404,
    children: (
      <section class="card">
        <h1 class="visually-hidden">Not found</h1>
        <Empty title={`There is no such ${what}`}>It never was, or it is no longer kept.</Empty>
      </section>
    ),
  });
}
