// Collects what one request's nested lists ask for, so that each level costs one statement. One set per request.
import DataLoader from "dataloader";
import { MAX_PAGE_SIZE } from "../limits.ts";
import type { DeliveryRow, EventRow, LogRow, PauseRow, RunRow } from "../store/flush-batch.ts";
import { findByIds } from "../store/find-by-ids.ts";
import { listActivations, type ActivationRow } from "../store/list-activations.ts";
import { listDeliveryRuns } from "../store/list-delivery-runs.ts";
import { listEventDeliveries } from "../store/list-event-deliveries.ts";
import { listPauses } from "../store/list-pauses.ts";
import { listRunLogs } from "../store/list-run-logs.ts";
import { listVersions, type VersionRow } from "../store/list-versions.ts";
import type { Page } from "../store/page.ts";
import { deliveries, events, runs } from "../store/history-schema.ts";
import { versions } from "../store/registry-schema.ts";

/** A nested list, page by page: which piece of it, of which parent. */
type PagedLoader<Row> = (page: Page, parentId: string) => Promise<Row[]>;

export interface Loaders {
  readonly event: DataLoader<string, EventRow | null>;
  readonly delivery: DataLoader<string, DeliveryRow | null>;
  readonly run: DataLoader<string, RunRow | null>;
  readonly version: DataLoader<string, VersionRow | null>;
  readonly activations: DataLoader<string, ActivationRow[]>;
  readonly eventDeliveries: PagedLoader<DeliveryRow>;
  readonly deliveryRuns: PagedLoader<RunRow>;
  readonly runLogs: PagedLoader<LogRow>;
  readonly pluginVersions: PagedLoader<VersionRow>;
  /** By plugin name. */
  readonly pauses: DataLoader<string, PauseRow[]>;
}

/** Fresh loaders on a database. */
export function createLoaders(db: D1Database): Loaders {
  return {
    event: byId((ids) => findByIds(db, events, ids)),
    delivery: byId((ids) => findByIds(db, deliveries, ids)),
    run: byId((ids) => findByIds(db, runs, ids)),
    version: byId((ids) => findByIds(db, versions, ids)),
    activations: new DataLoader(async (ids) =>
      groupBy(ids, await listActivations(db, ids), (activation) => activation.pluginId),
    ),
    eventDeliveries: paged(
      (ids, page) => listEventDeliveries(db, ids, page),
      (delivery) => delivery.eventId,
    ),
    deliveryRuns: paged(
      (ids, page) => listDeliveryRuns(db, ids, page),
      (run) => run.deliveryId,
    ),
    runLogs: paged(
      (ids, page) => listRunLogs(db, ids, page),
      (line) => line.runId,
    ),
    pauses: new DataLoader(async (names) =>
      groupBy(
        names,
        await listPauses(db, { pluginNames: names, projectId: null }, { first: MAX_PAGE_SIZE, skip: 0 }),
        (pause) => pause.pluginName,
      ),
    ),
    pluginVersions: paged(
      (ids, page) => listVersions(db, ids, page),
      (version) => version.pluginId,
    ),
  };
}

function byId<Row>(
  find: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): DataLoader<string, Row | null> {
  return new DataLoader(async (ids) => {
    const rows = await find(ids);
    return ids.map((id) => rows.get(id) ?? null);
  });
}

function paged<Row>(
  list: (parentIds: readonly string[], page: Page) => Promise<Row[]>,
  parentOf: (row: Row) => string,
): PagedLoader<Row> {
  const loaders = new Map<string, DataLoader<string, Row[]>>();
  return (page, parentId) => {
    const key = `${page.first} ${page.skip}`;
    let loader = loaders.get(key);
    if (!loader) {
      loader = new DataLoader(async (ids) => groupBy(ids, await list(ids, page), parentOf));
      loaders.set(key, loader);
    }
    return loader.load(parentId);
  };
}

function groupBy<Row>(ids: readonly string[], rows: readonly Row[], parentOf: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>(ids.map((id) => [id, []]));
  for (const row of rows) groups.get(parentOf(row))?.push(row);
  return ids.map((id) => groups.get(id) ?? []);
}
