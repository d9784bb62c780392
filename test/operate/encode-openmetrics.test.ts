import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DURATION_BOUNDS_MS, MAX_METRIC_BACKLOGS, MAX_METRIC_PLUGINS } from "../../worker/limits.ts";
import { encodeOpenMetrics } from "../../worker/operate/encode-openmetrics.ts";
import { toCounterFamilies } from "../../worker/operate/to-counter-families.ts";
import { toGaugeFamilies } from "../../worker/operate/to-gauge-families.ts";
import type { Rollup } from "../../worker/store/rollup-sums.ts";
import type { HostStatus } from "../../schemas/host-status.ts";
import { NOW } from "../store/rows.ts";
import { parseOpenMetrics } from "./parse-openmetrics.ts";

function rollup(overrides: Partial<Rollup>): Rollup {
  // All of them quick, unless a test says otherwise.
  const histogram = [overrides.count ?? 0, ...DURATION_BOUNDS_MS.map(() => 0)];
  const names = { kind: "run", at: 0, projectId: "", pluginName: "a", outcome: "ok" } as const;
  return { ...names, count: 0, retries: 0, coldStarts: 0, sumMs: 0, histogram, ...overrides };
}

describe("encodeOpenMetrics", () => {
  test("writes families as the format says", () => {
    const text = encodeOpenMetrics([
      {
        ...{ name: "a_seconds", type: "gauge", unit: "seconds", help: 'How "long"\nit took' },
        samples: [
          { suffix: "", labels: {}, value: 1.5 },
          { suffix: "", labels: { plugin: 'a"b\\c\nd' }, value: 1e21 },
        ],
      },
      { name: "b", type: "counter", help: "None yet.", samples: [] },
    ]);
    expect(text).toBe(
      [
        "# TYPE a_seconds gauge",
        "# UNIT a_seconds seconds",
        String.raw`# HELP a_seconds How \"long\"\nit took`,
        "a_seconds 1.5",
        String.raw`a_seconds{plugin="a\"b\\c\nd"} 1e+21`,
        "# TYPE b counter",
        "# HELP b None yet.",
        "# EOF",
        "",
      ].join("\n"),
    );
    parseOpenMetrics(text);
  });

  test("whatever a plugin or project is called, it is one line (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (plugin) => {
        const families = parseOpenMetrics(
          encodeOpenMetrics(toCounterFamilies([rollup({ pluginName: plugin, count: 3 })])),
        );
        expect([...(families.get("kili_edge_plugin_runs")?.samples.values() ?? [])]).toEqual([3]);
      }),
    );
  });
});

describe("toCounterFamilies", () => {
  test("an empty host has all totals, at zero", () => {
    const families = parseOpenMetrics(encodeOpenMetrics(toCounterFamilies([])));
    expect(families.get("kili_edge_retries")?.samples).toEqual(new Map([["kili_edge_retries_total", 0]]));
    expect(families.get("kili_edge_run_duration_seconds")?.samples.get("kili_edge_run_duration_seconds_count")).toBe(0);
  });

  test("adds plugins up, and names them", () => {
    const some = (counts: Record<number, number>) =>
      [...DURATION_BOUNDS_MS, Infinity].map((bound) => counts[bound] ?? 0);
    const families = parseOpenMetrics(
      encodeOpenMetrics(
        toCounterFamilies([
          rollup({ count: 3, coldStarts: 1, sumMs: 1_500, histogram: some({ 5: 2, 2500: 1 }) }),
          rollup({ pluginName: "b", count: 1, sumMs: 400_000, histogram: some({ Infinity: 1 }) }),
          rollup({ pluginName: "b", outcome: "threw", count: 2, retries: 2, sumMs: 12, histogram: some({ 10: 2 }) }),
          rollup({ kind: "event", pluginName: "", outcome: "matched", count: 9 }),
          rollup({ kind: "delivery", outcome: "dead", count: 4, sumMs: 8_000, histogram: some({ 5000: 4 }) }),
        ]),
      ),
    );
    const values = Object.fromEntries([...families.values()].flatMap(({ samples }) => [...samples]));
    expect(values).toMatchObject({
      'kili_edge_events_total{outcome="matched"}': 9,
      'kili_edge_runs_total{outcome="ok"}': 4,
      'kili_edge_runs_total{outcome="threw"}': 2,
      'kili_edge_plugin_runs_total{plugin="b",outcome="threw"}': 2,
      'kili_edge_plugin_deliveries_total{plugin="a",outcome="dead"}': 4,
      kili_edge_retries_total: 2,
      kili_edge_isolate_cold_starts_total: 1,
      'kili_edge_run_duration_seconds_bucket{le="0.005"}': 2,
      'kili_edge_run_duration_seconds_bucket{le="0.01"}': 4,
      'kili_edge_run_duration_seconds_bucket{le="1.0"}': 4,
      'kili_edge_run_duration_seconds_bucket{le="2.5"}': 5,
      'kili_edge_run_duration_seconds_bucket{le="300.0"}': 5,
      'kili_edge_run_duration_seconds_bucket{le="+Inf"}': 6,
      kili_edge_run_duration_seconds_sum: 401.512,
      'kili_edge_plugin_run_duration_seconds_count{plugin="b"}': 3,
    });
  });

  test("names the busiest plugins only, and counts all", () => {
    const runs = Array.from({ length: MAX_METRIC_PLUGINS + 5 }, (_, index) =>
      rollup({ pluginName: `p${index}`, count: index }),
    );
    const families = parseOpenMetrics(encodeOpenMetrics(toCounterFamilies(runs)));
    const named = families.get("kili_edge_plugin_runs")?.samples;
    expect(named?.size).toBe(MAX_METRIC_PLUGINS);
    expect(named?.has('kili_edge_plugin_runs_total{plugin="p4",outcome="ok"}')).toBe(false);
    const all = (MAX_METRIC_PLUGINS + 5) * (MAX_METRIC_PLUGINS + 4) * 0.5;
    expect(families.get("kili_edge_runs")?.samples.get('kili_edge_runs_total{outcome="ok"}')).toBe(all);
  });
});

test("toGaugeFamilies: ages count from now, backlogs are bounded, what is silent is counted", () => {
  const inbox = {
    ...{
      projectId: "p",
      pendingDeliveries: 7,
      backlog: "room" as const,
      runsInFlight: 2,
      unflushedRuns: 3,
      setAside: 0,
      journalBytes: 4_096,
    },
    ...{ oldestPendingAt: NOW - 90_500, oldestUnflushedAt: null },
    pendingByPlugin: Array.from({ length: MAX_METRIC_BACKLOGS + 1 }, (_, index) => ({
      ...{ pluginName: `p${index}`, deliveries: index, oldestAt: NOW },
    })),
  };
  const status: HostStatus = {
    database: { bytes: 9, oldestEventAt: NOW + 5, deadLetters: 1, pausesOpen: 2, pausesQuarantined: 3, projects: 4 },
    inboxes: [inbox],
    silent: ["q"],
  };
  const families = parseOpenMetrics(encodeOpenMetrics(toGaugeFamilies(status, NOW)));
  const values = Object.fromEntries([...families.values()].flatMap(({ samples }) => [...samples]));
  expect(values).toMatchObject({
    'kili_edge_pending_deliveries{project="p"}': 7,
    'kili_edge_oldest_pending_age_seconds{project="p"}': 90.5,
    'kili_edge_flush_lag_seconds{project="p"}': 0,
    'kili_edge_journal_bytes{project="p"}': 4_096,
    kili_edge_oldest_event_age_seconds: 0,
    kili_edge_dead_letters: 1,
    'kili_edge_pauses{state="quarantined"}': 3,
    kili_edge_inboxes_asked: 2,
    kili_edge_inboxes_silent: 1,
  });
  const backlogs = families.get("kili_edge_plugin_pending_deliveries")?.samples;
  expect(backlogs?.size).toBe(MAX_METRIC_BACKLOGS);
  expect(backlogs?.has('kili_edge_plugin_pending_deliveries{project="p",plugin="p0"}')).toBe(false);
});
