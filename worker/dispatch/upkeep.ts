// What an inbox does now and then besides its work: forgets what it need not remember, lets payloads go whose time is
// up, and expires dead letters that nobody decided on. In small steps, at alarms.
import type { Settlement } from "../../schemas/run.ts";
import {
  CAUSED_KEEP_MS,
  DEDUPE_MS,
  INBOX_WAKE_MS,
  MAX_DEAD_LETTERS_PER_PLUGIN,
  MAX_FORGOTTEN_AT_ONCE,
  MAX_PRUNE_STEPS,
  MAX_SETTLED_AT_ONCE,
  MAX_DEAD_LETTER_BYTES,
  UPKEEP_LEFT_MS,
  UPKEEP_MS,
} from "../limits.ts";
import { AMONG, DEAD } from "./journal-tables.ts";
import type { KeepLimits, KeptEvents } from "./kept-events.ts";
import type { Memory } from "./memory.ts";
import type { Outbox } from "./outbox.ts";
import type { PluginSet } from "./plugin-set.ts";

export interface UpkeepDeps {
  readonly storage: DurableObjectStorage;
  readonly memory: Memory;
  readonly plugins: PluginSet;
  readonly outbox: Outbox;
  readonly kept: KeptEvents;
  /** How long payloads are kept; 0 where they are not. */
  readonly keepMs: () => number;
  readonly keepBytes: number;
  /** How long dead letters wait for somebody to decide. */
  readonly deadMs: number;
  readonly now: () => number;
}

export class Upkeep {
  readonly #deps: UpkeepDeps;
  #lastAt = 0;
  /** A pass over the kept events is not over. */
  #isPruning = false;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
  }

  /** Does what is to be done now, which is little if that was a short while ago. */
  run(): void {
    const { kept, now } = this.#deps;
    if (now() - this.#lastAt >= UPKEEP_MS) {
      this.#lastAt = now();
      this.#tidy();
      this.#isPruning = true;
    }
    for (let steps = 0; steps < MAX_PRUNE_STEPS && this.#isPruning; steps++) {
      this.#isPruning = kept.prune(this.#limits());
    }
  }

  /** When there may be something to do, though no event comes; null when there will not. */
  nextAt(): number | null {
    const { deadMs, keepMs, kept, now } = this.#deps;
    const oldestAt = kept.oldestAt();
    if (oldestAt === null) return null;
    if (this.#isPruning) return now() + INBOX_WAKE_MS;
    const dueAt = oldestAt + Math.min(keepMs(), deadMs) + 1;
    // What was due and is still there has to stay for something that ends without a word to this.
    return Math.max(dueAt, this.#lastAt + (dueAt > this.#lastAt ? UPKEEP_MS : UPKEEP_LEFT_MS));
  }

  #tidy(): void {
    const { memory, now, plugins } = this.#deps;
    for (
      let steps = 0;
      steps < MAX_PRUNE_STEPS && memory.forgetSeen(now() - DEDUPE_MS, MAX_FORGOTTEN_AT_ONCE);
      steps++
    );
    plugins.forgetOthers(() => this.#listVersions());
    this.#deps.storage.sql.exec("DELETE FROM caused WHERE at < ?", now() - CAUSED_KEEP_MS);
    this.#expireDeadLetters();
  }

  /** Versions of whatever is journalled, also of dead letters. */
  #listVersions(): string[] {
    const rows = this.#deps.storage.sql
      .exec<{ id: string }>("SELECT DISTINCT version_id AS id FROM delivery")
      .toArray();
    return rows.map(({ id }) => id);
  }

  #limits(): KeepLimits {
    const { keepBytes, keepMs, now } = this.#deps;
    return { before: now() - keepMs(), bytes: keepBytes };
  }

  #expireDeadLetters(): void {
    const { deadMs, now, storage } = this.#deps;
    const { sql } = storage;
    const byAge = `SELECT seq, id FROM delivery WHERE state = ${DEAD} AND created_at < ? ORDER BY seq LIMIT ?`;
    this.#expire(sql.exec<DeadLetter>(byAge, now() - deadMs, MAX_SETTLED_AT_ONCE).toArray());
    const crowded = `SELECT plugin, COUNT(*) AS n FROM delivery WHERE state = ${DEAD} GROUP BY plugin HAVING n > ?`;
    const ofPlugin = `SELECT seq, id FROM delivery WHERE state = ${DEAD} AND plugin = ? ORDER BY seq LIMIT ?`;
    for (const { plugin, n } of sql
      .exec<{ plugin: string; n: number }>(crowded, MAX_DEAD_LETTERS_PER_PLUGIN)
      .toArray()) {
      this.#expire(sql.exec<DeadLetter>(ofPlugin, plugin, n - MAX_DEAD_LETTERS_PER_PLUGIN).toArray());
    }
    if (sql.databaseSize <= MAX_DEAD_LETTER_BYTES) return;
    const oldest = `SELECT seq, id FROM delivery WHERE state = ${DEAD} ORDER BY seq LIMIT ?`;
    this.#expire(sql.exec<DeadLetter>(oldest, MAX_SETTLED_AT_ONCE).toArray());
  }

  #expire(letters: readonly DeadLetter[]): void {
    if (letters.length === 0) return;
    const { now, outbox, storage } = this.#deps;
    const settled: Settlement = "expired";
    storage.transactionSync(() => {
      storage.sql.exec(`DELETE FROM delivery WHERE seq ${AMONG}`, JSON.stringify(letters.map(({ seq }) => seq)));
      for (let at = 0; at < letters.length; at += MAX_SETTLED_AT_ONCE) {
        const some = letters.slice(at, at + MAX_SETTLED_AT_ONCE);
        outbox.add({ settled: some.map(({ id }) => ({ deliveryId: id, settled, at: now() })) });
      }
    });
  }
}

interface DeadLetter extends Record<string, SqlStorageValue> {
  seq: number;
  id: string;
}
