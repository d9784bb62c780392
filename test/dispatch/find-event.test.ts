// Where an inbox has an event that the history lacks: told by its id, whether its payload is there or not.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { findEvent } from "../../worker/dispatch/find-event.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import { Outbox } from "../../worker/dispatch/outbox.ts";
import { SetAside } from "../../worker/dispatch/set-aside.ts";
import * as rows from "../store/rows.ts";

test("an event waits for the history, or was refused by it, or is the history's", async () => {
  await runInDurableObject(env.INBOX.getByName("find-event"), async (_, { storage }) => {
    const journal = new Journal(storage);
    const outbox = new Outbox(storage);
    const setAside = new SetAside(storage, () => rows.NOW);
    const add = (id: string, body: string | Uint8Array): void => {
      const facts = { id, kiliRunId: id, type: "onSubmit", assetId: null, labelId: null, receivedAt: rows.NOW };
      journal.append([{ facts, body, bodyBytes: body.length, deliveries: [] }]);
    };
    const places = () => ["ev_text", "ev_bytes", "ev_none"].map((id) => findEvent(storage.sql, id));
    add("ev_text", "");
    add("ev_bytes", new Uint8Array(3));
    expect(places()).toEqual(["waiting", "waiting", null]);

    const [text, bytes] = outbox.listUnstoredEvents([], rows.NOW + 1, 9).map(({ seq }) => seq);
    setAside.add(rows.flushBatch({ runs: [rows.runRow({ eventId: "ev_bytes" })] }), "too big");
    setAside.add(rows.flushBatch({ events: [rows.eventRow({ id: "ev_text" })] }), "too big");
    outbox.forget([], [text ?? 0], true);
    expect(places()).toEqual(["set_aside", "waiting", null]);

    outbox.forget([], [bytes ?? 0], true);
    expect(places()).toEqual(["set_aside", null, null]);
    setAside.forget(2);
    expect(places()).toEqual([null, null, null]);
  });
});
