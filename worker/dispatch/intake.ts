// From events as they come to events in the journal: known ones are told apart, the others get their deliveries, and
// those that are not to run go to the dead letters. It waits for nothing: whoever calls it makes it durable.
import type { AcceptAnswer, IncomingEvent } from "../../schemas/inbox.ts";
import { isSought } from "../../schemas/sought-event.ts";
import type { DeadReason } from "../../schemas/run.ts";
import type { Backlog } from "./backlog.ts";
import { cameSince } from "./came-since.ts";
import type { Cause, Causes } from "./causes.ts";
import { MAX_CAUSE_DEPTH, MAX_ROWS_PER_PARAMETER } from "../limits.ts";
import { createId } from "./create-id.ts";
import { deadOnArrival } from "./dead-on-arrival.ts";
import type { Expected, Journal, NewEvent } from "./journal.ts";
import type { Memory } from "./memory.ts";
import type { Outbox } from "./outbox.ts";
import type { Pauses } from "./pauses.ts";
import type { PluginSet } from "./plugin-set.ts";
import { toNewDelivery } from "./to-new-delivery.ts";

export interface IntakeDeps {
  readonly storage: DurableObjectStorage;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly outbox: Outbox;
  readonly plugins: PluginSet;
  readonly pauses: Pauses;
  readonly backlog: Pick<Backlog, "isCrowded">;
  readonly causes: Causes;
  /** Told of deliveries that are dead as they arrive. */
  readonly onDead: (pluginName: string, reason: DeadReason) => void;
  /** Told of each delivery that waits for a run. */
  readonly expect: (expected: Expected) => void;
  readonly projectId: () => string;
  /** Whether events stay for a while once they are over. */
  readonly keepsPayloads: () => boolean;
}

export class Intake {
  readonly #deps: IntakeDeps;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Writes events that came together, all or nothing. */
  append(events: readonly IncomingEvent[]): AcceptAnswer[] {
    const { journal, memory, outbox, projectId } = this.#deps;
    const seen = memory.findSeen(events.map((event) => event.kiliRunId).filter((id) => id !== null));
    const fresh: NewEvent[] = [];
    const answers = events.map((event): AcceptAnswer => {
      const id = (event.kiliRunId === null ? undefined : seen.get(event.kiliRunId)) ?? this.#findCame(event, fresh);
      if (id !== undefined) return { type: "duplicate", id };
      const added = this.#toNewEvent(event);
      if (event.kiliRunId !== null) seen.set(event.kiliRunId, added.facts.id);
      fresh.push(added);
      return { type: "accepted", id: added.facts.id, deliveries: added.deliveries.length };
    });
    const dead = fresh.flatMap((event) => deadOnArrival(event, projectId()));
    if (dead.length === 0) journal.append(fresh);
    else
      journal.atomically(() => {
        journal.append(fresh);
        // Many events of many plugins together would outgrow a row.
        for (let at = 0; at < dead.length; at += MAX_ROWS_PER_PARAMETER)
          outbox.add({ deliveries: dead.slice(at, at + MAX_ROWS_PER_PARAMETER) });
      });
    return answers;
  }

  /** The event, told of in other words, that came by the webhook while this one was being filled in. */
  #findCame({ unlessCame }: IncomingEvent, fresh: readonly NewEvent[]): string | undefined {
    if (unlessCame === undefined) return undefined;
    const beside = fresh.find(({ facts }) => isSought(facts, unlessCame.sought));
    return beside?.facts.id ?? cameSince(this.#deps.storage.sql, unlessCame) ?? undefined;
  }

  #toNewEvent(event: IncomingEvent): NewEvent {
    const { kiliRunId, type, assetId, labelId, receivedAt, body, bodyBytes, onlyPlugin } = event;
    const facts = { id: createId("ev", receivedAt), kiliRunId, type, assetId, labelId, receivedAt };
    const cause = this.#deps.causes.of(facts, receivedAt);
    if (cause !== null) this.#deps.causes.remember(facts.id, cause, receivedAt);
    const matched = this.#deps.plugins.match(type).filter(({ name }) => onlyPlugin === null || name === onlyPlugin);
    const deliveries = matched.map((plugin) => {
      const dead = this.#whyDead(plugin.name, cause);
      if (dead === null) this.#deps.expect({ versionId: plugin.versionId, dueAt: receivedAt });
      const shadow = this.#deps.plugins.isShadow(plugin.name);
      return toNewDelivery(plugin, { assetId, at: receivedAt, dead, shadow });
    });
    // Where nothing is kept, the body of an event that nobody asked for would be written only to be deleted.
    const needed = deliveries.length > 0 || this.#deps.keepsPayloads();
    return { facts, body: needed ? body : "", bodyBytes, deliveries };
  }

  /** Why a delivery to a plugin is not to wait for a run. */
  #whyDead(pluginName: string, cause: Cause | null): DeadReason | null {
    const reason = this.#deadReason(pluginName, cause);
    if (reason !== null) this.#deps.onDead(pluginName, reason);
    return reason;
  }

  #deadReason(pluginName: string, cause: Cause | null): DeadReason | null {
    if (cause !== null && cause.depth > MAX_CAUSE_DEPTH && cause.plugins.includes(pluginName))
      return "caused_by_itself";
    if (this.#deps.pauses.isQuarantined(pluginName)) return "quarantined";
    return this.#deps.backlog.isCrowded(pluginName) ? "backlog_full" : null;
  }
}
