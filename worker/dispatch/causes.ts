// Recognises events that plugins' own writes caused, and how long a chain of them has become: a plugin that answers
// every label with a label would otherwise never end. What a write was about is remembered for a short while; an event
// about the same asset, label or project within that time counts as caused by it. That is a guess, and only a long
// chain of such guesses has a consequence.
import { CAUSE_MS, MAX_CAUSE_TRACES } from "../limits.ts";
import type { JournalledFacts } from "./journal-tables.ts";
import type { RunFacts } from "./run-ledgers.ts";

/** Why an event is there, as far as that is a plugin's doing. */
export interface Cause {
  /** Events before it in its chain; 1 for one that a write caused whose own event nobody's write had caused. */
  readonly depth: number;
  /** Plugins whose writes made the chain. */
  readonly plugins: readonly string[];
}

interface Trace extends Cause {
  readonly until: number;
}

/** The key under which a write to the project itself is remembered. */
const PROJECT_TRACE = "project";

export class Causes {
  readonly #sql: SqlStorage;
  /** What was written to lately, the oldest first. */
  readonly #traces: Map<string, Trace>;

  /** Needs the journal's tables to be there. */
  constructor(storage: DurableObjectStorage, now: number) {
    this.#sql = storage.sql;
    this.#sql.exec("DELETE FROM trace WHERE until <= ?", now);
    const rows = this.#sql.exec<Row>("SELECT key, depth, plugins, until FROM trace ORDER BY until").toArray();
    this.#traces = new Map(rows.map((row) => [row.key, { ...toCause(row), until: row.until }]));
  }

  /** A run of a plugin, for an event, is about to write to `keys`. */
  note({ eventId, pluginName }: Pick<RunFacts, "eventId" | "pluginName">, keys: readonly string[], now: number): void {
    if (keys.length === 0) return;
    this.#forget(now);
    const before = this.#read(eventId);
    const plugins = [...new Set([...(before?.plugins ?? []), pluginName])];
    const trace: Trace = { depth: (before?.depth ?? 0) + 1, plugins, until: now + CAUSE_MS };
    for (const key of keys) {
      // Another plugin that writes to the same, for an event nobody caused, does not make the chain shorter.
      if ((this.#traces.get(key)?.depth ?? 0) > trace.depth) continue;
      this.#traces.delete(key);
      this.#traces.set(key, trace);
      this.#sql.exec(
        "INSERT OR REPLACE INTO trace (key, depth, plugins, until) VALUES (?, ?, ?, ?)",
        ...[key, trace.depth, JSON.stringify(plugins), trace.until],
      );
    }
  }

  /** What caused an event that has just come; null when nothing is known to have. Costs nothing where nothing was written. */
  of({ assetId, labelId }: Pick<JournalledFacts, "assetId" | "labelId">, now: number): Cause | null {
    if (this.#traces.size === 0) return null;
    const about = [
      ...(assetId === null ? [] : [`asset ${assetId}`]),
      ...(labelId === null ? [] : [`label ${labelId}`]),
    ];
    const keys = about.length === 0 ? [PROJECT_TRACE] : about;
    const traces = keys.flatMap((key) => this.#traces.get(key) ?? []).filter(({ until }) => until > now);
    return traces.reduce<Cause | null>(
      (deepest, trace) => (trace.depth > (deepest?.depth ?? 0) ? trace : deepest),
      null,
    );
  }

  /** Remembers an event's cause, for the writes that its own runs may make. */
  remember(eventId: string, { depth, plugins }: Cause, now: number): void {
    this.#sql.exec("INSERT INTO caused VALUES (?, ?, ?, ?)", eventId, depth, JSON.stringify(plugins), now);
  }

  #read(eventId: string): Cause | null {
    const query = "SELECT depth, plugins FROM caused WHERE event_id = ?";
    const [row] = this.#sql.exec<Pick<Row, "depth" | "plugins">>(query, eventId).toArray();
    return row === undefined ? null : toCause(row);
  }

  #forget(now: number): void {
    for (const [key, { until }] of this.#traces) {
      if (until > now && this.#traces.size < MAX_CAUSE_TRACES) break;
      this.#traces.delete(key);
      this.#sql.exec("DELETE FROM trace WHERE key = ?", key);
    }
  }
}

interface Row extends Record<string, SqlStorageValue> {
  key: string;
  depth: number;
  plugins: string;
  until: number;
}

function toCause({ depth, plugins }: Pick<Row, "depth" | "plugins">): Cause {
  return { depth, plugins: JSON.parse(plugins) as string[] };
}
