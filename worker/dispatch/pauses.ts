// Which plugins of one project are held back, and why: a circuit breaker for each, and quarantine. Durable in the
// inbox's own SQLite, told to the history at each change. It starts, ends and buries no delivery itself.
import type { Pause } from "../../schemas/pause.ts";
import type { RunOutcome } from "../../schemas/run.ts";
import { BREAKER_COOL_DOWN_MAX_MS, BREAKER_COOL_DOWN_MS } from "../limits.ts";
import { AttemptWindow } from "./attempt-window.ts";
import { breakerVerdict } from "./breaker-verdict.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";

export interface PausesDeps {
  readonly storage: DurableObjectStorage;
  /** The version that the plugin's next event would run; null when it is not active here. */
  readonly currentVersion: (pluginName: string) => string | null;
  /** Told of each change: what holds the plugin back now, or null when it runs again; and what held it back before. */
  readonly onChange: (pluginName: string, pause: Pause | null, before: Pause | null) => void;
  readonly now: () => number;
}

interface Held extends Pause {
  /** How often the breaker has opened in a row. */
  readonly openings: number;
  /** What it was when the pause began: another version gets another chance. */
  readonly versionId: string | null;
}

/** More of an outcome's words would make no reason. */
const MAX_REASON_CHARS = 500;

export class Pauses {
  readonly #deps: PausesDeps;
  readonly #held: Map<string, Held>;
  readonly #windows = new Map<string, AttemptWindow>();
  /** The delivery that tries a half-open breaker, by plugin. */
  readonly #probes = new Map<string, string>();

  /** Needs the journal's tables to be there. */
  constructor(deps: PausesDeps) {
    this.#deps = deps;
    const query = "SELECT plugin, state, reason, since, until, openings, version_id FROM pause";
    const rows = deps.storage.sql.exec<Row>(query).toArray();
    this.#held = new Map(rows.map((row) => [row.plugin, toHeld(row)]));
  }

  list(): Pause[] {
    return [...this.#held.values()];
  }

  isQuarantined(pluginName: string): boolean {
    return this.#held.get(pluginName)?.state === "quarantined";
  }

  /** When a plugin's deliveries may be started again: 0 now, Infinity when something has to happen first. */
  heldUntil(pluginName: string): number {
    const held = this.#held.get(pluginName);
    if (held === undefined) return 0;
    return held.until === null || this.#probes.has(pluginName) ? Infinity : held.until;
  }

  /** How many of a plugin's deliveries may be started now, as far as pauses go. */
  room(pluginName: string): number {
    const until = this.heldUntil(pluginName);
    if (until > this.#deps.now()) return 0;
    return until === 0 ? Infinity : 1;
  }

  /** An attempt begins. On a half-open breaker it is the probe. */
  began({ id, pluginName }: ClaimedDelivery): void {
    if (this.#held.has(pluginName)) this.#probes.set(pluginName, id);
  }

  /** An attempt has ended: counts it, and opens or closes the breaker accordingly. */
  ended({ id, pluginName, versionId }: ClaimedDelivery, outcome: RunOutcome): void {
    const isProbe = this.#probes.get(pluginName) === id;
    if (isProbe) this.#probes.delete(pluginName);
    const verdict = breakerVerdict(outcome);
    if (verdict === "neither") return;
    const held = this.#held.get(pluginName);
    if (held !== undefined) {
      if (held.state === "quarantined" || !isProbe) return;
      if (verdict === "works") this.resume(pluginName);
      else this.#open(pluginName, versionId, `the delivery that tried it ended so: ${describe(outcome)}`, held);
      return;
    }
    // What an older version still does says nothing about the one that new events run.
    if (versionId !== (this.#deps.currentVersion(pluginName) ?? versionId)) return;
    const window = this.#windows.get(pluginName) ?? new AttemptWindow();
    this.#windows.set(pluginName, window);
    window.count(verdict === "fails", this.#deps.now());
    if (verdict === "fails" && window.complaint !== null)
      this.#open(pluginName, versionId, `${window.complaint}, the last one so: ${describe(outcome)}`, null);
  }

  /**
   * Until somebody lifts it, or another version becomes current than the one it is for, nothing of the plugin runs on
   * this project.
   */
  quarantine(pluginName: string, reason: string, versionId: string): void {
    const since = this.#deps.now();
    this.#hold({ pluginName, state: "quarantined", reason, since, until: null, openings: 0, versionId });
  }

  /** Lets a plugin run again, with a clean record; false when it was not held back. */
  resume(pluginName: string): boolean {
    const held = this.#held.get(pluginName);
    if (held === undefined) return false;
    this.#held.delete(pluginName);
    this.#windows.delete(pluginName);
    this.#probes.delete(pluginName);
    this.#deps.storage.sql.exec("DELETE FROM pause WHERE plugin = ?", pluginName);
    this.#deps.onChange(pluginName, null, held);
    return true;
  }

  /** Lifts what was put on versions that are no longer current: whoever put up another one meant it to run. True if any. */
  resumeReplaced(): boolean {
    let resumed = false;
    for (const { pluginName, versionId } of this.#held.values()) {
      const current = this.#deps.currentVersion(pluginName);
      if (current !== null && current !== versionId && this.resume(pluginName)) resumed = true;
    }
    return resumed;
  }

  #open(pluginName: string, attempted: string, reason: string, before: Held | null): void {
    const now = this.#deps.now();
    const openings = (before?.openings ?? 0) + 1;
    const coolDown = Math.min(BREAKER_COOL_DOWN_MAX_MS, BREAKER_COOL_DOWN_MS * 2 ** (openings - 1));
    this.#windows.delete(pluginName);
    this.#hold({
      pluginName,
      state: "open",
      reason: reason.slice(0, MAX_REASON_CHARS).toWellFormed(),
      since: before?.since ?? now,
      until: now + coolDown,
      openings,
      // Which one is current may not be known yet.
      versionId: this.#deps.currentVersion(pluginName) ?? before?.versionId ?? attempted,
    });
  }

  #hold(held: Held): void {
    const { pluginName, state, reason, since, until, openings, versionId } = held;
    const before = this.#held.get(pluginName) ?? null;
    this.#held.set(pluginName, held);
    this.#deps.storage.sql.exec(
      "INSERT OR REPLACE INTO pause (plugin, state, reason, since, until, openings, version_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[pluginName, state, reason, since, until, openings, versionId],
    );
    this.#deps.onChange(pluginName, { pluginName, state, reason, since, until }, before);
  }
}

interface Row extends Record<string, SqlStorageValue> {
  plugin: string;
  state: Pause["state"];
  reason: string;
  since: number;
  until: number | null;
  openings: number;
  version_id: string | null;
}

function toHeld({ plugin, version_id, ...row }: Row): Held {
  return { ...row, pluginName: plugin, versionId: version_id };
}

/** An outcome in few words. What an error says may be long, and is its author's. */
function describe(outcome: RunOutcome): string {
  switch (outcome.type) {
    case "threw":
      return `${outcome.name}: ${outcome.message}`;
    case "load_failed":
    case "lost":
    case "memory_limit":
      return `${outcome.type}: ${outcome.message}`;
    default:
      return outcome.type;
  }
}
