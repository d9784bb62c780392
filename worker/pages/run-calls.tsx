// What a run did through its doors: calls to Kili and requests, with how long each took and when; writes that were
// recorded instead of sent are told apart.
import type { RunCall } from "../../schemas/run.ts";
import { formatDuration } from "./format-duration.ts";
import { Pill, type Tone } from "./pill.tsx";

interface RunCallsProps {
  readonly calls: readonly RunCall[];
  readonly startedAt: number;
}

const RESULTS: Readonly<Record<RunCall["result"], readonly [tone: Tone, word: string]>> = {
  ok: ["good", "ok"],
  failed: ["bad", "failed"],
  dry_run: ["wait", "withheld"],
  from_journal: ["good", "made before"],
  unknown: ["bad", "unknown"],
};

export function RunCalls({ calls, startedAt }: RunCallsProps) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Table of calls">
      <table>
        <thead>
          <tr>
            <th class="num">At</th>
            <th>Call</th>
            <th>Result</th>
            <th class="num">Took</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => {
            const [tone, word] = RESULTS[call.result];
            return (
              <tr>
                <td class="num">+{formatDuration(Math.max(call.startedAt - startedAt, 0))}</td>
                <td class="main">
                  <span class="mono">{call.target}</span> <small class="muted">{call.write ?? call.kind}</small>
                  {call.detail !== null && (
                    <details>
                      <summary class="muted">
                        {call.result === "dry_run" ? "What would have been written" : "Why"}
                      </summary>
                      <pre class="code wrap" tabindex={0}>
                        {call.detail}
                      </pre>
                    </details>
                  )}
                </td>
                <td>
                  <Pill tone={tone}>{word}</Pill>
                </td>
                <td class="num">{formatDuration(call.ms)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
