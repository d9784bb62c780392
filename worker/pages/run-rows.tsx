// A table of runs.
import type { RunRow } from "../store/flush-batch.ts";
import { Ago } from "./ago.tsx";
import { formatTook } from "./format-took.ts";
import { OutcomePill } from "./outcome-pill.tsx";
import { pluginPath, runPath } from "./paths.ts";

interface RunRowsProps {
  readonly runs: readonly RunRow[];
  readonly now: number;
  /** Left out where all are of one plugin. */
  readonly withPlugin: boolean;
}

export function RunRows({ runs, now, withPlugin }: RunRowsProps) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Table of runs">
      <table>
        <thead>
          <tr>
            <th>Run</th>
            {withPlugin && <th>Plugin</th>}
            <th>Outcome</th>
            <th class="wide-only">Project</th>
            <th class="num">Took</th>
            <th class="num wide-only">Calls</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr>
              <td>
                <a href={runPath(run.id)} title={run.id}>
                  <Ago at={run.startedAt} now={now} />
                </a>
                {run.attempt > 1 && <span class="sub">attempt {run.attempt}</span>}
              </td>
              {withPlugin && (
                <td>
                  <a href={pluginPath(run.pluginName)}>{run.pluginName}</a>
                </td>
              )}
              <td>
                <OutcomePill type={run.outcomeType} />
                {run.dryRun && <span class="sub">dry run</span>}
              </td>
              <td class="mono wide-only">{run.projectId}</td>
              <td class="num">{formatTook(run)}</td>
              <td class="num wide-only">{run.calls.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
