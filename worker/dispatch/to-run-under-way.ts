// A run that has not ended, as people may see it: the end of its log and its calls so far, with secrets taken out as
// they are of what is written down.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import type { LogLine, RunCall } from "../../schemas/run.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";

interface RunFacts {
  readonly runId: string;
  readonly delivery: ClaimedDelivery;
  readonly projectId: string;
  readonly startedAt: number;
}

/** At most `most` lines, the newest. Nothing is done to what is not shown: runs that nobody looks at pay nothing. */
export function toRunUnderWay(
  { runId, delivery, projectId, startedAt }: RunFacts,
  { calls }: { readonly calls: readonly RunCall[] },
  lines: readonly LogLine[],
  { most, hide }: { readonly most: number; readonly hide: (text: string) => string },
): RunUnderWay {
  return {
    runId,
    eventId: delivery.facts.id,
    deliveryId: delivery.id,
    projectId,
    pluginName: delivery.pluginName,
    attempt: delivery.attempt,
    startedAt,
    logs: lines.slice(-most).map((line) => ({ ...line, content: hide(line.content) })),
    logLines: lines.length,
    // Details are in the record when it has ended.
    calls: calls.map((call) => ({ ...call, target: hide(call.target), detail: null })),
  };
}
