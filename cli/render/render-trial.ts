// What came of a trial, as text for people: the events that differ, side by side, and sums.
import type { TriedRun, TriedWrite } from "../../schemas/trial.ts";
import type { Comparison, Verdict } from "./compare-runs.ts";
import { renderTable } from "./render-table.ts";

const MAX_SHOWN = 50;
const MAX_WORDS_CHARS = 100;
const HEAD = ["EVENT", "", "LIVE", "TRIED"];

const WORDS: Readonly<Record<Verdict, string>> = {
  new_failure: "new failure",
  changed: "other writes",
  fixed: "fixed",
  still_failing: "still failing",
  no_live_run: "not run before",
  same: "the same",
  gone: "payload not kept",
  not_asked: "not asked for",
};

/** Events that differ come first, as a table with their writes; then how many there are of each kind, and the times. */
export function renderTrial(comparisons: readonly Comparison[]): string {
  const order = Object.keys(WORDS) as Verdict[];
  const worth = comparisons
    .filter(({ verdict }) => verdict !== "same" && verdict !== "gone" && verdict !== "not_asked")
    .sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
  const rows = worth
    .slice(0, MAX_SHOWN)
    .flatMap(({ eventId, verdict, live, trial, added, removed }) => [
      [eventId, WORDS[verdict], toWords(live), toWords(trial)],
      ...removed.map((write) => ["", "", `- ${toText(write)}`, ""]),
      ...added.map((write) => ["", "", "", `+ ${toText(write)}`]),
    ]);
  const table = rows.length === 0 ? [] : [renderTable(HEAD, rows), ""];
  const more =
    worth.length > MAX_SHOWN ? [`${worth.length - MAX_SHOWN} more that differ: --json has them all`, ""] : [];
  const counts = order
    .map((verdict) => [verdict, comparisons.filter((one) => one.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${WORDS[verdict]}`);
  const times = comparisons.flatMap(({ live, trial }) =>
    live === null || trial === null ? [] : [[live, trial] as const],
  );
  const mean = (ofRuns: readonly TriedRun[]) =>
    `${(ofRuns.reduce((sum, { wallMs }) => sum + wallMs, 0) / ofRuns.length).toFixed(1)} ms`;
  const time =
    times.length === 0
      ? []
      : [
          `A run took ${mean(times.map(([live]) => live))} live, ${mean(times.map(([, trial]) => trial))} tried, on average`,
        ];
  return [...table, ...more, `${comparisons.length} events: ${counts.join(", ")}`, ...time].join("\n");
}

function toWords(run: TriedRun | null): string {
  if (run === null) return "-";
  if (run.outcome !== "ok") return clip(`${run.outcome}${run.message === null ? "" : `: ${run.message}`}`);
  return `ok, ${run.writes.length} ${run.writes.length === 1 ? "write" : "writes"}`;
}

function toText({ target, variables }: TriedWrite): string {
  return clip(variables === null ? target : `${target} ${variables}`);
}

function clip(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > MAX_WORDS_CHARS ? `${line.slice(0, MAX_WORDS_CHARS - 1)}…` : line;
}
