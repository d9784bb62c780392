// Runs under way, each with the last line of its log.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import { formatCount } from "./format-count.ts";
import { formatDuration } from "./format-duration.ts";
import { runPath } from "./paths.ts";
import { Pill } from "./pill.tsx";

interface UnderWayListProps {
  readonly runs: readonly RunUnderWay[];
  readonly now: number;
}

/** As many as a page has room for. */
const SHOWN = 20;

export function UnderWayList({ runs, now }: UnderWayListProps) {
  return (
    <ul class="list">
      {runs.slice(0, SHOWN).map((run) => (
        <li>
          <span>
            <Pill tone="wait">running</Pill>{" "}
            <a href={`${runPath(run.runId)}?project=${encodeURIComponent(run.projectId.toWellFormed())}`}>
              {run.pluginName}, attempt {run.attempt}
            </a>{" "}
            <small class="muted">
              on <span class="mono">{run.projectId}</span>, {formatCount(run.logLines, "line")}
            </small>
            <small class="clip mono muted">{run.logs.at(-1)?.content}</small>
          </span>
          <small class="muted">{formatDuration(Math.max(now - run.startedAt, 0))}</small>
        </li>
      ))}
      {runs.length > SHOWN && <li class="muted">{formatCount(runs.length - SHOWN)} more</li>}
    </ul>
  );
}
