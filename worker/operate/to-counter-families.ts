// What has happened since the host was set up, as metrics. All of it is in the families without a plugin; those by
// plugin name the busiest, so that a host with very many does not drown who reads them.
import { MAX_METRIC_PLUGINS } from "../limits.ts";
import type { Rollup } from "../store/rollup-sums.ts";
import type { Labels, MetricFamily, Sample } from "./encode-openmetrics.ts";
import { toCountAndSum, toHistogram } from "./to-duration-family.ts";

/** The families of sums for all time, as `listTotals` reads them. */
export function toCounterFamilies(totals: readonly Rollup[]): MetricFamily[] {
  const of = (kind: Rollup["kind"]): readonly Rollup[] => totals.filter((row) => row.kind === kind);
  const [events, runs, deliveries] = [of("event"), of("run"), of("delivery")];
  const shown = busiest(runs, deliveries);
  const byPlugin = ({ pluginName, outcome }: Rollup): Labels => ({ plugin: pluginName, outcome });
  const named = (rows: readonly Rollup[]): Rollup[] => rows.filter(({ pluginName }) => shown.has(pluginName));
  return [
    counter("kili_edge_events", "Events accepted; unmatched ones no plugin asked for.", byOutcome(events)),
    counter("kili_edge_deliveries", "Deliveries that ended: done, or dead.", byOutcome(deliveries)),
    counter("kili_edge_runs", "Attempts that ended, by their outcome.", byOutcome(runs)),
    counter("kili_edge_retries", "Attempts that were not the first of their delivery.", [sumOf(runs, "retries")]),
    counter("kili_edge_isolate_cold_starts", "Attempts that an isolate was loaded for.", [sumOf(runs, "coldStarts")]),
    toHistogram("kili_edge_run_duration_seconds", "How long attempts took.", runs),
    toHistogram("kili_edge_delivery_duration_seconds", "From acceptance to the end of a delivery.", deliveries),
    counter(
      "kili_edge_plugin_deliveries",
      "Deliveries that ended, of the busiest plugins.",
      named(deliveries).map(countBy(byPlugin)),
    ),
    counter(
      "kili_edge_plugin_runs",
      "Attempts that ended, of the busiest plugins.",
      named(runs).map(countBy(byPlugin)),
    ),
    {
      name: "kili_edge_plugin_run_duration_seconds",
      type: "summary",
      unit: "seconds",
      help: "How long attempts of the busiest plugins took.",
      samples: [...Map.groupBy(named(runs), ({ pluginName }) => pluginName)].flatMap(([plugin, rows]) =>
        toCountAndSum({ plugin }, rows),
      ),
    },
  ];
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: "counter", help, samples };
}

function byOutcome(rows: readonly Rollup[]): Sample[] {
  const outcomes = Map.groupBy(rows, ({ outcome }) => outcome);
  return [...outcomes].map(([outcome, some]) => ({ ...sumOf(some, "count"), labels: { outcome } }));
}

function countBy(toLabels: (row: Rollup) => Labels): (row: Rollup) => Sample {
  return (row) => ({ suffix: "_total", labels: toLabels(row), value: row.count });
}

function sumOf(rows: readonly Rollup[], field: "coldStarts" | "count" | "retries"): Sample {
  return { suffix: "_total", labels: {}, value: rows.reduce((sum, row) => sum + row[field], 0) };
}

/** By deliveries or, where none has ended yet, by runs. */
function busiest(runs: readonly Rollup[], deliveries: readonly Rollup[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { pluginName, count } of [...runs, ...deliveries]) {
    counts.set(pluginName, (counts.get(pluginName) ?? 0) + count);
  }
  const names = [...counts].sort(([, one], [, other]) => other - one).map(([name]) => name);
  return new Set(names.slice(0, MAX_METRIC_PLUGINS));
}
