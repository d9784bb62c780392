// One run: its outcome in words and where in the author's source it came from, its log, its calls.
import type { SourcePosition } from "../../schemas/run.ts";
import { toRunOutcome, type RunOutcomeAnswer } from "../graphql/to-run-outcome.ts";
import type { RunRow } from "../store/flush-batch.ts";
import { findByIds } from "../store/find-by-ids.ts";
import { runs } from "../store/history-schema.ts";
import { versions } from "../store/registry-schema.ts";
import { listRunLogs } from "../store/list-run-logs.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { findSourcePlace } from "./find-source-place.ts";
import { formatCount } from "./format-count.ts";
import { formatDuration } from "./format-duration.ts";
import { formatTook } from "./format-took.ts";
import { renderPage } from "./layout.tsx";
import { LogLines } from "./log-lines.tsx";
import { renderMissing } from "./missing.tsx";
import { OutcomePill } from "./outcome-pill.tsx";
import type { PageContext } from "./page-env.ts";
import { pageOf, Pager } from "./pager.tsx";
import { eventPath, pluginPath } from "./paths.ts";
import { readSourceFrame } from "./read-source-frame.ts";
import { readRunUnderWay } from "./read-under-way.ts";
import { renderRunUnderWay } from "./run-under-way.tsx";
import { RunCalls } from "./run-calls.tsx";

const LINES_PER_PAGE = 200;

/** Answers `GET /runs/:id`. */
export async function showRun(c: PageContext): Promise<Response> {
  const { DB } = c.env;
  const id = c.req.param("id") ?? "";
  const run = (await findByIds(DB, runs, [id])).get(id);
  if (run === undefined) {
    const projectId = c.req.query("project");
    return projectId ? renderRunUnderWay(c, await readRunUnderWay(c, projectId, id)) : renderMissing(c, "run");
  }
  const page = pageOf(c, LINES_PER_PAGE);
  const outcome = toRunOutcome(run.outcome);
  const [lines, found] = await Promise.all([
    listRunLogs(DB, [id], page.rows),
    findByIds(DB, versions, [run.versionId]),
  ]);
  const version = found.get(run.versionId);
  const where = findSourcePlace(outcome);
  const source = { hash: version?.hash ?? "", main: version?.manifest.main ?? "" };
  const frame = version && where && (await readSourceFrame(DB, source, where));
  return renderPage(c, {
    title: `Run of ${run.pluginName}`,
    children: (
      <>
        <div class="page-head">
          <div>
            <p class="crumbs">
              <a href={eventPath(run.eventId)}>Event</a> · <a href={pluginPath(run.pluginName)}>{run.pluginName}</a>
            </p>
            <h1>
              {run.pluginName}, attempt {run.attempt}
            </h1>
            <p class="lead mono">{id}</p>
          </div>
        </div>
        <Outcome outcome={outcome} where={where} frame={frame ?? null} />
        <Facts run={run} version={version?.version ?? null} now={c.var.now} />
        <section class="card" aria-labelledby="log-title">
          <div class="card-head">
            <h2 id="log-title">Log</h2>
          </div>
          {lines.length === 0 ? <Empty title="It logged nothing" /> : <LogLines lines={page.shown(lines)} />}
          <Pager c={c} page={page} found={lines.length} words={["Earlier", "Later"]} />
        </section>
        <section class="card" aria-labelledby="calls-title">
          <div class="card-head">
            <h2 id="calls-title">Calls</h2>
            {run.dryRun && <small class="wait-text">Writes were withheld from Kili</small>}
          </div>
          {run.calls.length === 0 ? (
            <Empty title="It called nobody" />
          ) : (
            <RunCalls calls={run.calls} startedAt={run.startedAt} />
          )}
        </section>
      </>
    ),
  });
}

interface OutcomeProps {
  readonly outcome: RunOutcomeAnswer;
  readonly where: SourcePosition | null;
  /** The source around it. */
  readonly frame: string | null;
}

function Outcome({ outcome, where, frame }: OutcomeProps) {
  const { type, message, stack, result } = outcome;
  return (
    <section class={`outcome ${type === "ok" ? "good" : "bad"}`} aria-label="Outcome">
      <div class="actions">
        <OutcomePill type={type} />
        {where && <span class="mono">{`${where.file}:${where.line}:${where.column}`}</span>}
      </div>
      <p>{message}</p>
      {frame && (
        <pre class="code" tabindex={0}>
          {frame}
        </pre>
      )}
      {stack && (
        <pre class="code wrap" tabindex={0}>
          {stack}
        </pre>
      )}
      {result && (
        <pre class="code wrap" tabindex={0}>
          {result}
        </pre>
      )}
    </section>
  );
}

function Facts({ run, version, now }: { readonly run: RunRow; readonly version: string | null; readonly now: number }) {
  const facts: readonly (readonly [string, string])[] = [
    ["Took", formatTook(run)],
    ["CPU time", run.cpuMs === null ? "not measured" : formatDuration(run.cpuMs)],
    ["Calls", formatCount(run.calls.length)],
    ["Version", version ?? "no longer kept"],
    ["Project", run.projectId],
  ];
  return (
    <dl class="stats">
      <div class="stat">
        <dt>Started</dt>
        <dd class="small">
          <Ago at={run.startedAt} now={now} />
        </dd>
      </div>
      {facts.map(([name, value]) => (
        <div class="stat">
          <dt>{name}</dt>
          <dd class="small">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
