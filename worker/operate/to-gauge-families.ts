// How things stand now, as metrics.
import type { HostStatus, InboxStanding } from "../../schemas/host-status.ts";
import { MAX_METRIC_BACKLOGS } from "../limits.ts";
import type { Labels, MetricFamily, Sample } from "./encode-openmetrics.ts";

/** The families of a host's standing at `now` (epoch milliseconds). */
export function toGaugeFamilies({ database, inboxes, silent }: HostStatus, now: number): MetricFamily[] {
  const ageSeconds = (at: number | null): number => (at === null ? 0 : Math.max(now - at, 0) / 1_000);
  const perInbox = (value: (inbox: InboxStanding) => number): Sample[] =>
    inboxes.map((inbox) => gauge(value(inbox), { project: inbox.projectId }));
  const backlogs = inboxes
    .flatMap(({ projectId, pendingByPlugin }) => pendingByPlugin.map((backlog) => ({ projectId, ...backlog })))
    .sort((one, other) => other.deliveries - one.deliveries)
    .slice(0, MAX_METRIC_BACKLOGS);
  return [
    family(
      "kili_edge_pending_deliveries",
      "Deliveries that have not ended, of a project.",
      perInbox((each) => each.pendingDeliveries),
    ),
    family(
      "kili_edge_oldest_pending_age_seconds",
      "Age of the oldest delivery that has not ended; 0 where there is none.",
      perInbox((each) => ageSeconds(each.oldestPendingAt)),
      "seconds",
    ),
    family(
      "kili_edge_plugin_pending_deliveries",
      "Deliveries that have not ended, of the plugins with most of them.",
      backlogs.map(({ projectId, pluginName, deliveries }) =>
        gauge(deliveries, { project: projectId, plugin: pluginName }),
      ),
    ),
    family(
      "kili_edge_runs_in_flight",
      "Attempts under way.",
      perInbox((each) => each.runsInFlight),
    ),
    family(
      "kili_edge_unflushed_runs",
      "Attempts that ended and are not in the database yet.",
      perInbox((each) => each.unflushedRuns),
    ),
    family(
      "kili_edge_flush_lag_seconds",
      "Age of the oldest that is not in the database yet; 0 where there is nothing.",
      perInbox((each) => ageSeconds(each.oldestUnflushedAt)),
      "seconds",
    ),
    family(
      "kili_edge_set_aside",
      "Parts of the history that the database refused by themselves, and is asked to take again now and then.",
      perInbox((each) => each.setAside),
    ),
    family(
      "kili_edge_journal_bytes",
      "Size of an inbox's journal.",
      perInbox((each) => each.journalBytes),
      "bytes",
    ),
    family("kili_edge_database_bytes", "Size of the database.", [gauge(database.bytes)], "bytes"),
    family(
      "kili_edge_oldest_event_age_seconds",
      "Age of the oldest event in the database: grows past its age of retention when nothing is deleted.",
      [gauge(ageSeconds(database.oldestEventAt))],
      "seconds",
    ),
    family("kili_edge_dead_letters", "Dead letters that nobody has decided on.", [gauge(database.deadLetters)]),
    family("kili_edge_pauses", "Plugins held back on a project.", [
      gauge(database.pausesOpen, { state: "open" }),
      gauge(database.pausesQuarantined, { state: "quarantined" }),
    ]),
    family("kili_edge_projects", "Projects that an event ever came from.", [gauge(database.projects)]),
    family("kili_edge_inboxes_asked", "Inboxes that were asked for this answer: those with something to do lately.", [
      gauge(inboxes.length + silent.length),
    ]),
    family("kili_edge_inboxes_silent", "Inboxes that did not answer in time.", [gauge(silent.length)]),
  ];
}

function family(name: string, help: string, samples: readonly Sample[], unit?: "seconds" | "bytes"): MetricFamily {
  return { name, type: "gauge", help, samples, ...(unit === undefined ? {} : { unit }) };
}

function gauge(value: number, labels: Labels = {}): Sample {
  return { suffix: "", labels, value };
}
