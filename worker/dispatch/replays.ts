// Delivers again what was delivered before: dead letters, or any event that is kept. Each replay is a delivery of its
// own, to the version that its plugin has now; the old one stays in the history as it ended.
import type { EventReplayAnswer, ReplayAnswer, ReplayRefusal } from "../../schemas/inbox.ts";
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { DeliveryRow } from "../store/flush-batch.ts";
import { AMONG, DEAD } from "./journal-tables.ts";
import type { Expected, Journal } from "./journal.ts";
import type { KeptEvents } from "./kept-events.ts";
import type { Outbox } from "./outbox.ts";
import type { Pauses } from "./pauses.ts";
import type { PluginSet } from "./plugin-set.ts";
import { toNewDelivery } from "./to-new-delivery.ts";

export interface ReplaysDeps {
  readonly storage: DurableObjectStorage;
  readonly journal: Journal;
  readonly kept: KeptEvents;
  readonly outbox: Outbox;
  readonly plugins: PluginSet;
  readonly pauses: Pauses;
  readonly expect: (expected: Expected) => void;
  readonly projectId: () => string;
  readonly now: () => number;
}

export class Replays {
  readonly #deps: ReplaysDeps;

  constructor(deps: ReplaysDeps) {
    this.#deps = deps;
  }

  /** Delivers dead letters again. Call after the plugins are ready. */
  replay(deliveryIds: readonly string[]): ReplayAnswer[] {
    const dead = this.#findDead(deliveryIds);
    return [...new Set(deliveryIds)].map((deliveryId): ReplayAnswer => {
      const letter = dead.get(deliveryId);
      if (letter === undefined) return { type: "refused", deliveryId, reason: "gone" };
      const plugin = this.#mayRun(letter.plugin);
      if (!plugin.ok) return { type: "refused", deliveryId, reason: plugin.failure };
      const replayId = this.#deps.journal.atomically(() => {
        this.#settle([letter], "replayed");
        return this.#deliver(
          { seq: letter.event_seq, id: letter.event_id, assetId: letter.asset_id },
          plugin.value,
          deliveryId,
        );
      });
      return { type: "replayed", deliveryId, replayId };
    });
  }

  /** Gives dead letters up; the answer are those that are gone now. */
  discard(deliveryIds: readonly string[]): string[] {
    const dead = this.#findDead(deliveryIds);
    this.#deps.journal.atomically(() => this.#settle([...dead.values()], "discarded"));
    return [...new Set(deliveryIds)];
  }

  /** Delivers a kept event to a plugin once more. Call after the plugins are ready. */
  replayEvent(eventId: string, pluginName: string): EventReplayAnswer {
    const event = this.#deps.kept.find(eventId);
    if (event === null) return { type: "refused", reason: "gone" };
    const plugin = this.#mayRun(pluginName);
    if (!plugin.ok) return { type: "refused", reason: plugin.failure };
    const { seq, facts } = event;
    const deliveryId = this.#deps.journal.atomically(() =>
      this.#deliver({ seq, id: eventId, assetId: facts.assetId }, plugin.value, null),
    );
    return { type: "replayed", deliveryId };
  }

  #mayRun(pluginName: string): Result<ActivePlugin, ReplayRefusal> {
    const versionId = this.#deps.plugins.currentVersion(pluginName);
    const plugin = versionId === null ? null : this.#deps.plugins.find(versionId);
    if (plugin === null) return fail("not_active");
    return this.#deps.pauses.isQuarantined(pluginName) ? fail("quarantined") : ok(plugin);
  }

  #deliver(
    event: { readonly seq: number; readonly id: string; readonly assetId: string | null },
    plugin: ActivePlugin,
    replayOf: string | null,
  ): string {
    const { expect, journal, now, outbox, projectId } = this.#deps;
    const at = now();
    const shadow = this.#deps.plugins.isShadow(plugin.name);
    const delivery = toNewDelivery(plugin, { assetId: event.assetId, at, dead: null, shadow });
    const { pluginName, versionId } = delivery;
    journal.appendDeliveries([{ eventSeq: event.seq, at, delivery }]);
    const row: DeliveryRow = {
      ...{ id: delivery.id, eventId: event.id, projectId: projectId(), pluginName, versionId, state: "pending" },
      ...{ attempts: 0, lastOutcome: null, nextAttemptAt: at, deadReason: null, settled: null, replayOf },
      ...{ createdAt: at, updatedAt: at },
    };
    outbox.add({ deliveries: [row] });
    expect({ versionId, dueAt: at });
    return delivery.id;
  }

  #settle(letters: readonly DeadLetter[], settled: "discarded" | "replayed"): void {
    const { now, outbox, storage } = this.#deps;
    if (letters.length === 0) return;
    storage.sql.exec(`DELETE FROM delivery WHERE seq ${AMONG}`, JSON.stringify(letters.map(({ seq }) => seq)));
    outbox.add({ settled: letters.map(({ id }) => ({ deliveryId: id, settled, at: now() })) });
  }

  #findDead(deliveryIds: readonly string[]): Map<string, DeadLetter> {
    const query = `SELECT d.seq, d.id, d.plugin, d.event_seq, e.id AS event_id, e.asset_id
      FROM delivery d JOIN event e ON e.seq = d.event_seq WHERE d.state = ${DEAD} AND d.id ${AMONG}`;
    const rows = this.#deps.storage.sql.exec<DeadLetter>(query, JSON.stringify(deliveryIds)).toArray();
    return new Map(rows.map((row) => [row.id, row]));
  }
}

interface DeadLetter extends Record<string, SqlStorageValue> {
  seq: number;
  id: string;
  plugin: string;
  event_seq: number;
  event_id: string;
  asset_id: string | null;
}
