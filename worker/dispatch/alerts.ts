// Tells operators what wants their attention, through a webhook of theirs. What is to be told is on disk, comes again
// with backoff until it is taken, and is given up after so many sends; deliveries never wait for it.
import type { Alert } from "../../schemas/alert.ts";
import type { Result } from "../../schemas/result.ts";
import {
  ALERT_RETRY_BASE_MS,
  ALERT_RETRY_MAX_MS,
  DEAD_LETTER_ALERT_MS,
  MAX_ALERT_SENDS,
  MAX_ALERTS_WAITING,
} from "../limits.ts";
import { log } from "../log.ts";
import type { Memory } from "./memory.ts";

export interface AlertsDeps {
  readonly storage: DurableObjectStorage;
  readonly memory: Memory;
  readonly projectId: () => string;
  /** Sends one alert, with an id by which repeats of it are known; null when nobody asked for alerts. */
  readonly send: ((id: string, body: string) => Promise<Result<unknown, { readonly reason: string }>>) | null;
  readonly newId: () => string;
  readonly now: () => number;
}

export class Alerts {
  readonly #deps: AlertsDeps;
  #sending = false;

  /** Needs the journal's tables to be there. */
  constructor(deps: AlertsDeps) {
    this.#deps = deps;
  }

  /** When the next alert is to be sent; null when none waits. */
  get nextDueAt(): number | null {
    if (this.#deps.send === null) return null;
    return this.#deps.storage.sql.exec<{ at: number | null }>("SELECT MIN(due_at) AS at FROM alert").one().at;
  }

  /** Writes an alert down and sends it, now or later. */
  raise({ type, pluginName, message }: Pick<Alert, "message" | "pluginName" | "type">): void {
    const { newId, now, projectId, send, storage } = this.#deps;
    const plugin = pluginName === null ? {} : { plugin: pluginName };
    log("warning", `alert: ${type}`, { project: projectId(), ...plugin, detail: message });
    if (send === null) return;
    const alert: Alert = { type, projectId: projectId(), pluginName, message, at: new Date(now()).toISOString() };
    storage.sql.exec("INSERT INTO alert VALUES (NULL, ?, ?, 0, ?)", newId(), JSON.stringify(alert), now());
    // The newest say most about how things stand.
    storage.sql.exec("DELETE FROM alert WHERE seq <= (SELECT MAX(seq) FROM alert) - ?", MAX_ALERTS_WAITING);
    void this.sendDue();
  }

  /** Says that deliveries of a plugin are dead, unless that was said a short while ago. */
  raiseDeadLetter(pluginName: string, message: string): void {
    const { memory, now } = this.#deps;
    const key = `alerted dead_letter ${pluginName}`;
    const toldAt = memory.recall(key);
    if (toldAt !== null && now() - Number(toldAt) < DEAD_LETTER_ALERT_MS) return;
    memory.remember(key, String(now()));
    this.raise({ type: "dead_letter", pluginName, message });
  }

  /** Sends what is due, in the order it was raised; each once, however long the others take. */
  async sendDue(): Promise<void> {
    const { now, send, storage } = this.#deps;
    if (this.#sending || send === null) return;
    this.#sending = true;
    try {
      const query = "SELECT seq, id, body, sends FROM alert WHERE due_at <= ? AND seq > ? ORDER BY seq LIMIT 1";
      for (let last = 0; ;) {
        const [alert] = storage.sql.exec<Row>(query, now(), last).toArray();
        if (alert === undefined) break;
        last = alert.seq;
        const sent = await send(alert.id, alert.body);
        if (sent.ok) storage.sql.exec("DELETE FROM alert WHERE seq = ?", alert.seq);
        else this.#postpone(alert, sent.failure.reason);
      }
    } catch (error) {
      log("error", "alerts could not be sent; tried again later", { error });
    } finally {
      this.#sending = false;
    }
  }

  #postpone({ seq, sends }: Row, reason: string): void {
    const { now, projectId, storage } = this.#deps;
    if (sends + 1 >= MAX_ALERT_SENDS) {
      storage.sql.exec("DELETE FROM alert WHERE seq = ?", seq);
      log("error", "an alert was given up", { project: projectId(), sends: sends + 1, reason });
      return;
    }
    const wait = Math.min(ALERT_RETRY_MAX_MS, ALERT_RETRY_BASE_MS * 2 ** sends);
    storage.sql.exec("UPDATE alert SET sends = sends + 1, due_at = ? WHERE seq = ?", now() + wait, seq);
  }
}

interface Row extends Record<string, SqlStorageValue> {
  seq: number;
  id: string;
  body: string;
  sends: number;
}
