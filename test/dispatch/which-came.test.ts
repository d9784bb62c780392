// Events that an inbox is asked for in other words than theirs: told by what they are about and when they came.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { FILLED_IN, type SoughtEvent } from "../../schemas/sought-event.ts";
import { cameSince } from "../../worker/dispatch/came-since.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import { Outbox } from "../../worker/dispatch/outbox.ts";
import { SetAside } from "../../worker/dispatch/set-aside.ts";
import { whichCame } from "../../worker/dispatch/which-came.ts";
import { MAX_CAME_SINCE, MAX_SOUGHT_EVENTS } from "../../worker/limits.ts";
import * as rows from "../store/rows.ts";

const SOUGHT: SoughtEvent = {
  ...{ type: "onSubmit", assetId: "asset-1", labelId: null },
  ...{ from: rows.NOW, until: rows.NOW },
};

function openInbox(storage: DurableObjectStorage) {
  const journal = new Journal(storage);
  let added = 0;
  return {
    came: (...sought: readonly SoughtEvent[]) => whichCame(storage.sql, sought),
    since: (after: number, sought: SoughtEvent) => cameSince(storage.sql, { after, sought }),
    outbox: new Outbox(storage),
    setAside: new SetAside(storage, () => rows.NOW),
    add: (about: object = {}): string => {
      const id = `ev_${++added}`;
      const facts = {
        ...{ id, kiliRunId: id, type: "onSubmit", assetId: "asset-1", labelId: null, receivedAt: rows.NOW },
        ...about,
      };
      journal.append([{ facts, body: "{}", bodyBytes: 2, deliveries: [] }]);
      return id;
    },
  };
}

describe("whichCame", () => {
  test("tells of what waits for the history, and of what it refused, but not of what it has", async () => {
    await runInDurableObject(env.INBOX.getByName("which-came"), (_, { storage }) => {
      const { add, came, outbox, setAside } = openInbox(storage);
      expect(came(SOUGHT)).toEqual({ came: [false], upTo: 0 });
      add();
      expect(came(SOUGHT, { ...SOUGHT, type: "onReview" })).toEqual({ came: [true, false], upTo: 1 });
      setAside.add(rows.flushBatch({ events: [rows.eventRow({ labelId: null })] }), "too big");
      setAside.add(rows.flushBatch({ runs: [rows.runRow()] }), "too big");
      outbox.forget([], [1], true);
      expect(came(SOUGHT)).toEqual({ came: [true], upTo: 1 });
      setAside.forget(1);
      expect(came(SOUGHT)).toEqual({ came: [false], upTo: 1 });
      expect(came()).toEqual({ came: [], upTo: 1 });
    });
  });

  test.each<[string, object]>([
    ["another asset", { assetId: "asset-2" }],
    ["no asset", { assetId: null }],
    ["another label", { labelId: "label-1" }],
    ["another type", { type: "onReview" }],
    ["too early", { receivedAt: rows.NOW - 1 }],
    ["too late", { receivedAt: rows.NOW + 1 }],
    ["filled in for another", { kiliRunId: `${FILLED_IN}another` }],
  ])("knows others apart: %s", async (name, about) => {
    await runInDurableObject(env.INBOX.getByName(`which-came ${name}`), (_, { storage }) => {
      const { add, came, since } = openInbox(storage);
      add(about);
      expect([came(SOUGHT).came, since(0, SOUGHT)]).toEqual([[false], null]);
    });
  });

  test("is asked for a bounded number at once", async () => {
    const many = Array.from({ length: MAX_SOUGHT_EVENTS + 1 }, () => SOUGHT);
    expect((await env.INBOX.getByName("which-came many").whichCame(many)).came).toHaveLength(MAX_SOUGHT_EVENTS);
  });
});

describe("cameSince", () => {
  test("tells of what came after an event, stored or not, among the newest", async () => {
    await runInDurableObject(env.INBOX.getByName("came-since"), (_, { storage }) => {
      const { add, outbox, since } = openInbox(storage);
      const id = add();
      outbox.forget([], [1], true);
      expect([since(0, SOUGHT), since(1, SOUGHT)]).toEqual([id, null]);
      storage.sql.exec("UPDATE event SET seq = ? WHERE seq = 1", -MAX_CAME_SINCE);
      add({ assetId: "asset-2" });
      expect(since(-2 * MAX_CAME_SINCE, SOUGHT)).toBeNull();
    });
  });
});
