// Deliveries that ended badly and wait for somebody to decide: to find them, replay them, give them up.
import { DEAD_REASONS, type DeadReason } from "../../schemas/run.ts";
import { holdsRole } from "../../schemas/principal.ts";
import { countDeadLetters } from "../store/count-dead-letters.ts";
import type { DeadLetterFilter } from "../store/dead-letter-condition.ts";
import { listDeadLetters } from "../store/list-dead-letters.ts";
import { listLastOutcomes } from "../store/list-last-outcomes.ts";
import { listPlugins } from "../store/list-plugins.ts";
import { listProjects } from "../store/list-projects.ts";
import { DeadLetterRows } from "./dead-letter-rows.tsx";
import { Empty } from "./empty.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { formatCount } from "./format-count.ts";
import { renderPage } from "./layout.tsx";
import type { PageContext } from "./page-env.ts";
import { pageOf, Pager } from "./pager.tsx";

const LETTERS_PER_PAGE = 50;
const OFFERED_PLUGINS = 200;
const MAX_TEXT_CHARS = 200;

/** Answers `GET /dead-letters`. */
export async function showDeadLetters(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const page = pageOf(c, LETTERS_PER_PAGE);
  const filter = filterOf((name) => c.req.query(name) ?? "");
  const [found, count, plugins, projects] = await Promise.all([
    listDeadLetters(DB, filter, page.rows),
    countDeadLetters(DB, filter),
    listPlugins(DB, { id: null, name: null, projectId: null }, { first: OFFERED_PLUGINS, skip: 0 }),
    listProjects(DB),
  ]);
  const shown = page.shown(found);
  const outcomes = await listLastOutcomes(
    DB,
    shown.map(({ id }) => id),
  );
  const isFiltered = Object.values(filter).some((value) => value !== null);
  return renderPage(c, {
    title: "Dead letters",
    children: (
      <>
        <div class="page-head">
          <div>
            <h1>Dead letters</h1>
            <p class="lead">
              Deliveries for which no attempt is left. Replayed, they run on what their plugin is now; their events are
              kept until somebody decides.
            </p>
          </div>
        </div>
        <FilterBar
          fields={[
            {
              name: "plugin",
              label: "Plugin",
              value: filter.pluginName,
              choices: plugins.map(({ name }) => name),
            },
            { name: "project", label: "Project", value: filter.projectId, choices: projects },
            { name: "reason", label: "Reason", value: filter.reason, choices: DEAD_REASONS },
            { name: "text", label: "Outcome contains", value: filter.text, choices: null },
          ]}
        />
        <section class="card" id="letters" data-live aria-label="Dead letters">
          {found.length === 0 ? (
            <Empty title={isFiltered ? "None fit" : "No dead letters"}>
              {isFiltered
                ? "Others may: take the filter away."
                : "Everything that was delivered ended well or is still tried."}
            </Empty>
          ) : (
            <DeadLetterRows
              letters={shown}
              outcomes={outcomes}
              count={formatCount(count, "dead letter")}
              filter={filter}
              mayDecide={holdsRole(c.var.principal.role, "operator")}
              now={c.var.now}
            />
          )}
          <Pager c={c} page={page} found={found.length} />
        </section>
      </>
    ),
  });
}

/** What a query string or a form's hidden fields mean. */
export function filterOf(field: (name: string) => string): DeadLetterFilter {
  const reason = DEAD_REASONS.find((each): each is DeadReason => each === field("reason"));
  return {
    ids: null,
    pluginName: field("plugin") || null,
    projectId: field("project") || null,
    outcome: null,
    reason: reason ?? null,
    since: null,
    until: null,
    text: field("text").slice(0, MAX_TEXT_CHARS).toWellFormed() || null,
  };
}
