// The list of plugins.
import { summarizePlugins } from "../store/summarize-plugins.ts";
import { Empty } from "./empty.tsx";
import { renderPage } from "./layout.tsx";
import { pageOf, Pager } from "./pager.tsx";
import type { PageContext } from "./page-env.ts";
import { PluginRows } from "./plugin-rows.tsx";
import { RECENT_RUNS } from "./recent-runs.ts";

const PLUGINS_PER_PAGE = 50;

/** Answers `GET /plugins`. */
export async function showPlugins(c: PageContext): Promise<Response> {
  const page = pageOf(c, PLUGINS_PER_PAGE);
  const found = await summarizePlugins(c.env.DB, page.rows, RECENT_RUNS);
  return renderPage(c, {
    title: "Plugins",
    children: (
      <>
        <div class="page-head">
          <h1>Plugins</h1>
        </div>
        <section class="card" id="plugins" data-live aria-label="Plugins">
          {found.length === 0 ? (
            <Empty title="No plugins yet">
              Put one into <code>plugins/</code> and deploy, or upload one with <code>npx kili-edge push</code>.
            </Empty>
          ) : (
            <PluginRows plugins={page.shown(found)} now={c.var.now} />
          )}
          <Pager c={c} page={page} found={found.length} />
        </section>
      </>
    ),
  });
}
