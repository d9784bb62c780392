// A run that has not ended: its log as it comes. When it has ended, the same address shows its record.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import { Empty } from "./empty.tsx";
import { formatCount } from "./format-count.ts";
import { formatDuration } from "./format-duration.ts";
import { renderPage } from "./layout.tsx";
import { LogLines } from "./log-lines.tsx";
import type { PageContext } from "./page-env.ts";
import { eventPath, pluginPath } from "./paths.ts";
import { Pill } from "./pill.tsx";
import { RunCalls } from "./run-calls.tsx";

/** Nothing in the history changes while a run logs, so the page asks again by itself. */
const REFRESH_MS = 1_000;

/** The page of a run under way; null: it is not, and its record has not come yet. */
export function renderRunUnderWay(c: PageContext, run: RunUnderWay | null): Promise<Response> {
  c.set("mark", "");
  if (run === null) {
    return renderPage(c, {
      title: "Run",
      refreshMs: REFRESH_MS,
      children: (
        <section class="card" id="run" data-live>
          <h1 class="visually-hidden">Run</h1>
          <Empty title="It is not under way">If it has just ended, its record is here in a moment.</Empty>
        </section>
      ),
    });
  }
  const { pluginName, attempt, eventId, runId, logs, logLines, calls, startedAt } = run;
  const lines = logs.map(({ at, level, content }, index) => ({
    line: logLines - logs.length + index,
    createdAt: at,
    logType: level,
    content,
  }));
  return renderPage(c, {
    title: `Run of ${pluginName}`,
    refreshMs: REFRESH_MS,
    children: (
      <>
        <div class="page-head" id="head" data-live>
          <div>
            <p class="crumbs">
              <a href={eventPath(eventId)}>Event</a> · <a href={pluginPath(pluginName)}>{pluginName}</a>
            </p>
            <h1>
              {pluginName}, attempt {attempt}
            </h1>
            <p class="lead mono">{runId}</p>
          </div>
          <div class="actions">
            <Pill tone="wait">running for {formatDuration(Math.max(c.var.now - startedAt, 0))}</Pill>
          </div>
        </div>
        <section class="card" id="log" data-live aria-labelledby="log-title">
          <div class="card-head">
            <h2 id="log-title">Log</h2>
            <small class="muted">{formatCount(logLines, "line")} so far</small>
          </div>
          {lines.length === 0 ? <Empty title="It has not logged anything yet" /> : <LogLines lines={lines} />}
        </section>
        <section class="card" id="calls" data-live aria-labelledby="calls-title">
          <div class="card-head">
            <h2 id="calls-title">Calls</h2>
          </div>
          {calls.length === 0 ? (
            <Empty title="It has called nobody yet" />
          ) : (
            <RunCalls calls={calls} startedAt={startedAt} />
          )}
        </section>
      </>
    ),
  });
}
