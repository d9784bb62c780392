// A run that has not ended, as people may see it: the end of its log and its calls so far, with secrets taken out as
// they are of what is written down.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import type { LogLine, RunCall } from "../../schemas/run.ts";

/** No more of the run than is shown: what shows it is kept until the next full collection of garbage. */
export type ShownFacts = Pick<
  RunUnderWay,
  "attempt" | "deliveryId" | "eventId" | "pluginName" | "projectId" | "runId" | "startedAt"
>;

/** At most `most` lines, the newest. Nothing is done to what is not shown: runs that nobody looks at pay nothing. */
export function toRunUnderWay(
  facts: ShownFacts,
  { calls }: { readonly calls: readonly RunCall[] },
  lines: readonly LogLine[],
  { most, hide }: { readonly most: number; readonly hide: (text: string) => string },
): RunUnderWay {
  return {
    ...facts,
    logs: lines.slice(-most).map((line) => ({ ...line, content: hide(line.content) })),
    logLines: lines.length,
    // Details are in the record when it has ended.
    calls: calls.map((call) => ({ ...call, target: hide(call.target), detail: null })),
  };
}
