// Whether an inbox has room for more: in all, by bytes, and for each plugin. Measured now and then rather than counted,
// so that an event costs nothing; a burst may pass a bound by what comes between two measurements.
import type { BacklogLevel } from "../../schemas/inbox.ts";
import { LIVE } from "./journal-tables.ts";
import {
  BACKLOG_MEASURE_EVENTS,
  BACKLOG_MEASURE_MS,
  BACKLOG_RECOVERY_SHARE,
  MAX_BACKLOG_BYTES,
  MAX_BACKLOG_DELIVERIES,
  MAX_BACKLOG_DELIVERIES_PER_PLUGIN,
} from "../limits.ts";

export interface BacklogDeps {
  readonly storage: DurableObjectStorage;
  /** The plugin that a version is one of. */
  readonly pluginOf: (versionId: string) => string;
  /** Told when the inbox begins to refuse events, and when it takes them again. */
  readonly onChange: (level: BacklogLevel) => void;
  readonly now: () => number;
}

/** By version and not by plugin, which an index answers alone. The dead are not counted: they have bounds of their own. */
const BY_VERSION = `
SELECT version_id, COUNT(*) AS n FROM delivery WHERE state IN ${LIVE} GROUP BY version_id`;

export class Backlog {
  readonly #deps: BacklogDeps;
  #measuredAt = 0;
  #since = 0;
  #level: BacklogLevel = "room";
  #crowded: ReadonlySet<string> = new Set();

  constructor(deps: BacklogDeps) {
    this.#deps = deps;
  }

  /** Whether events are taken, or what there is too much of. */
  level(): BacklogLevel {
    const { now } = this.#deps;
    this.#since += 1;
    if (this.#since >= BACKLOG_MEASURE_EVENTS || now() - this.#measuredAt >= BACKLOG_MEASURE_MS) this.#measure();
    return this.#level;
  }

  /** As of the last measurement. */
  get lastLevel(): BacklogLevel {
    return this.#level;
  }

  /** Whether a plugin has as many deliveries waiting as it may. As of the last measurement. */
  isCrowded(pluginName: string): boolean {
    return this.#crowded.has(pluginName);
  }

  #measure(): void {
    const { now, onChange, pluginOf, storage } = this.#deps;
    this.#measuredAt = now();
    this.#since = 0;
    const versions = storage.sql.exec<{ version_id: string; n: number }>(BY_VERSION).toArray();
    const plugins = new Map<string, number>();
    for (const { version_id, n } of versions)
      plugins.set(pluginOf(version_id), n + (plugins.get(pluginOf(version_id)) ?? 0));
    const most = (plugin: string): number =>
      MAX_BACKLOG_DELIVERIES_PER_PLUGIN * (this.#crowded.has(plugin) ? BACKLOG_RECOVERY_SHARE : 1);
    this.#crowded = new Set([...plugins].filter(([plugin, n]) => n >= most(plugin)).map(([plugin]) => plugin));
    const deliveries = versions.reduce((sum, { n }) => sum + n, 0);
    const before = this.#level;
    // Once it refuses, it goes on until there is room worth speaking of: not for every event that is over, one more.
    const share = before === "room" ? 1 : BACKLOG_RECOVERY_SHARE;
    if (storage.sql.databaseSize > MAX_BACKLOG_BYTES * share) this.#level = "too_large";
    else this.#level = deliveries > MAX_BACKLOG_DELIVERIES * share ? "too_many" : "room";
    if (this.#level !== before) onChange(this.#level);
  }
}
