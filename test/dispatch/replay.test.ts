// Delivering again: dead letters and kept events, through the API and on the inbox's own tables.
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { DEFAULT_KEEP_DAYS, INBOX_WAKE_MS, MAX_DEAD_LETTERS_PER_PLUGIN } from "../../worker/limits.ts";
import { askHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";

const FAILS = "onSubmit() { throw new Error('down for now'); }";
const WORKS = "onSubmit({ label }) { this.logger.info('saw', label.id); }";
const DAY_MS = 24 * 60 * 60_000;

async function send(projectId: string, body: Record<string, unknown> = webhookBody(projectId)): Promise<string> {
  const answer = await postWebhook(body);
  expect(answer.status).toBe(202);
  return (await answer.json<{ id: string }>()).id;
}

interface Letter {
  readonly id: string;
  readonly eventId: string;
}

async function deadLetters(where: string): Promise<Letter[]> {
  const answer = (await askHost(
    `{ deadLetters(where: ${where}) { id eventId } countDeadLetters(where: ${where}) }`,
  )) as {
    data: { deadLetters: Letter[]; countDeadLetters: number };
  };
  expect(answer.data.deadLetters).toHaveLength(answer.data.countDeadLetters);
  return answer.data.deadLetters;
}

function waitForDead(where: string, count: number): Promise<Letter[]> {
  return vi.waitFor(
    async () => {
      const letters = await deadLetters(where);
      expect(letters).toHaveLength(count);
      return letters;
    },
    { timeout: 10_000, interval: 50 },
  );
}

const replayOf = async (where: string): Promise<unknown> =>
  askHost(`mutation { data: replayDeadLetters(where: ${where}) {
    left replayed { deliveryId replayId } refused { deliveryId reason } } }`);

function onTables<Value>(projectId: string, work: (sql: SqlStorage) => Value): Promise<Value> {
  return runInDurableObject(env.INBOX.getByName(projectId), (_, { storage }) => work(storage.sql));
}

describe("a dead letter", () => {
  test("is listed by what it is, replayed by the current version, and then no dead letter any more", async () => {
    await useInlinePlugin({ name: "replayed", projects: ["replays"], source: FAILS });
    const large = webhookBody("replays", { payload: { filler: "é".repeat(300_000) } });
    const events = [await send("replays"), await send("replays", large)];
    const letters = await waitForDead(`{pluginName: "replayed"}`, 2);
    for (const where of [`{projectId: "replays", outcome: threw}`, `{text: "down for now"}`, `{reason: failed}`])
      expect((await deadLetters(where)).map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
    for (const where of [`{outcome: timeout}`, `{text: "another"}`, `{until: "2020-01-01"}`, `{reason: quarantined}`])
      expect(await deadLetters(`{projectId: "replays"} `.replace("}", `, ${where.slice(1)}`))).toEqual([]);

    await useInlinePlugin({ name: "replayed", projects: ["replays"], source: WORKS });
    const ids = JSON.stringify(letters.map(({ id }) => id));
    const answer = (await replayOf(`{ids: ${ids}}`)) as { data: { data: { replayed: { replayId: string }[] } } };
    expect(answer.data.data).toMatchObject({ left: 0, refused: [], replayed: [{}, {}] });
    for (const eventId of events) {
      const runs = await waitForRuns(eventId, 2);
      expect(runs.map(({ outcome }) => outcome.type)).toEqual(expect.arrayContaining(["threw", "ok"]));
      expect(runs.flatMap(({ logs }) => logs)).toEqual(["info: saw label-1"]);
    }
    // One terminal outcome for each delivery: the old one stays dead, and says what became of it.
    await vi.waitFor(async () => {
      const [first = { id: "" }] = letters;
      expect(await askHost(`{ delivery(id: "${first.id}") { state settled deadReason attempts } }`)).toEqual({
        data: { delivery: { state: "dead", settled: "replayed", deadReason: "failed", attempts: 1 } },
      });
      const [{ replayId } = { replayId: "" }] = answer.data.data.replayed;
      expect(await askHost(`{ delivery(id: "${replayId}") { state settled replayOf attempts } }`)).toEqual({
        data: { delivery: { state: "done", settled: null, replayOf: expect.any(String) as string, attempts: 1 } },
      });
    });
    expect(await deadLetters(`{projectId: "replays"}`)).toEqual([]);
    expect(await replayOf(`{ids: ${ids}}`)).toMatchObject({ data: { data: { left: 0, replayed: [], refused: [] } } });
    expect(await askHost(`{ audit(pluginName: null, first: 1) { action detail } }`)).toMatchObject({
      data: { audit: [{ action: "replayed", detail: "2 dead letters, of 2 ids" }] },
    });
  });

  test("that fails again is a dead letter of its own", async () => {
    await useInlinePlugin({ name: "twice", projects: ["twice"], source: FAILS });
    await send("twice");
    const [first] = await waitForDead(`{projectId: "twice"}`, 1);
    await replayOf(`{projectId: "twice"}`);
    const [second] = await vi.waitFor(async () => {
      const letters = await waitForDead(`{projectId: "twice"}`, 1);
      expect(letters[0]?.id).not.toBe(first?.id);
      return letters;
    });
    expect(second?.eventId).toBe(first?.eventId);
  });

  test("is not replayed to a plugin that is not active, and what is gone expires", async () => {
    await useInlinePlugin({ name: "inactive", projects: ["leaves"], source: FAILS });
    await send("leaves");
    await send("leaves");
    const letters = await waitForDead(`{projectId: "leaves"}`, 2);
    const off = `mutation { data: deactivatePluginOnProject(where: {pluginName: "inactive", projectId: "leaves"}) }`;
    await askHost(off);
    await onTables("leaves", (sql) => sql.exec("DELETE FROM delivery WHERE id = ?", letters[0]?.id ?? ""));
    const answer = (await replayOf(`{projectId: "leaves"}`)) as { data: { data: { refused: unknown[] } } };
    expect(answer.data.data).toMatchObject({ left: 1, replayed: [] });
    expect(answer.data.data.refused).toEqual(
      expect.arrayContaining([
        { deliveryId: letters[0]?.id, reason: "gone" },
        { deliveryId: letters[1]?.id, reason: "not_active" },
      ]),
    );
    expect(await askHost(`{ delivery(id: "${letters[0]?.id}") { settled } }`)).toEqual({
      data: { delivery: { settled: "expired" } },
    });
  });

  test("is discarded, and not all of them by mistake", async () => {
    await useInlinePlugin({ name: "dropped", projects: ["drops"], source: FAILS });
    await send("drops");
    const [letter] = await waitForDead(`{projectId: "drops"}`, 1);
    const discard = (where: string) =>
      askHost(`mutation { data: discardDeadLetters(where: ${where}) { discarded left } }`);
    expect(await discard("{}")).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
    expect(await discard(`{projectId: "drops"}`)).toEqual({ data: { data: { discarded: 1, left: 0 } } });
    expect(await onTables("drops", (sql) => sql.exec("SELECT COUNT(*) AS n FROM delivery").one()["n"])).toBe(0);
    expect(await askHost(`{ delivery(id: "${letter?.id}") { state settled } }`)).toEqual({
      data: { delivery: { state: "dead", settled: "discarded" } },
    });
  });

  test("survives the process, and expires when its plugin has too many", async () => {
    await useInlinePlugin({ name: "many", projects: ["many"], source: FAILS });
    await send("many");
    const [letter] = await waitForDead(`{projectId: "many"}`, 1);
    const inbox = env.INBOX.getByName("many");
    await evictDurableObject(inbox);
    await onTables("many", (sql) =>
      sql.exec(
        `INSERT INTO delivery (id, event_seq, plugin, version_id, attempt, state, due_at, created_at)
         SELECT 'dl_x' || value, 1, 'many', 'v', 1, 2, ?1, ?1 FROM json_each(?2)`,
        Date.now(),
        JSON.stringify(Array.from({ length: MAX_DEAD_LETTERS_PER_PLUGIN }, (_, i) => i)),
      ),
    );
    await evictDurableObject(inbox);
    await runInDurableObject(inbox, (_, { storage }) => storage.setAlarm(Date.now() + 60_000));
    await runDurableObjectAlarm(inbox);
    const left = await onTables("many", (sql) => sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM delivery").one().n);
    expect(left).toBe(MAX_DEAD_LETTERS_PER_PLUGIN);
    await vi.waitFor(async () =>
      expect(await askHost(`{ delivery(id: "${letter?.id}") { settled } }`)).toEqual({
        data: { delivery: { settled: "expired" } },
      }),
    );
  });
});

describe("an event that is over", () => {
  const payloadOf = (eventId: string): Promise<unknown> => askHost(`{ event(id: "${eventId}") { payload } }`);

  test("is kept with its payload, matched or not, and delivered once more to whom it is told", async () => {
    await useInlinePlugin({ name: "first", projects: ["keeps"], source: WORKS });
    const body = webhookBody("keeps");
    const id = await send("keeps", body);
    await waitForRuns(id, 1);
    const nobodys = webhookBody("keeps", { eventType: "nobody.asked", payload: { filler: "é".repeat(200_000) } });
    const unmatched = await send("keeps", nobodys);
    await vi.waitFor(async () => expect(await payloadOf(unmatched)).not.toEqual({ data: { event: null } }));
    expect(await payloadOf(id)).toEqual({ data: { event: { payload: JSON.stringify(body) } } });
    expect(await payloadOf(unmatched)).toEqual({ data: { event: { payload: JSON.stringify(nobodys) } } });

    const replay = (eventId: string, plugin: string) =>
      askHost(`mutation { data: replayEvent(where: {eventId: "${eventId}", pluginName: "${plugin}"}) }`);
    expect(await replay(id, "first")).toMatchObject({ data: { data: expect.stringMatching(/^dl_/) as string } });
    expect((await waitForRuns(id, 2)).map(({ outcome }) => outcome.type)).toEqual(["ok", "ok"]);
    expect(await replay(id, "nobody")).toMatchObject({
      errors: [{ message: expect.stringMatching(/not active/) as string }],
    });
    expect(await replay("ev_none", "first")).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
  });

  test("goes when its time is up, large or not, and what waits or is dead stays", async () => {
    await useInlinePlugin({
      name: "old",
      projects: ["ages"],
      source: `onSubmit({ label }) { if (label.id === 'bad') throw new Error('no'); }`,
    });
    const ids = [
      await send("ages"),
      await send("ages", webhookBody("ages", { payload: { filler: "x".repeat(1_500_000) } })),
    ];
    for (const id of ids) await waitForRuns(id, 1);
    const dead = await send("ages", webhookBody("ages", { payload: { label: { id: "bad" } } }));
    await waitForDead(`{projectId: "ages"}`, 1);
    const young = await send("ages");
    await waitForRuns(young, 1);
    const inbox = env.INBOX.getByName("ages");
    const age = (id: string) =>
      onTables("ages", (sql) =>
        sql.exec(
          "UPDATE event SET received_at = ? WHERE id = ?",
          Date.now() - DEFAULT_KEEP_DAYS.payloads * DAY_MS - 1_000,
          id,
        ),
      );
    for (const id of [...ids, dead]) await age(id);
    await vi.waitFor(async () => {
      // A new object looks after what it keeps at its first alarm.
      await evictDurableObject(inbox);
      await runInDurableObject(inbox, (_, { storage }) => storage.setAlarm(Date.now() + 60_000));
      await runDurableObjectAlarm(inbox);
      const left = await onTables("ages", (sql) =>
        sql.exec<{ id: string }>("SELECT id FROM event ORDER BY seq").toArray(),
      );
      expect(left.map(({ id }) => id)).toEqual([dead, young]);
    });
    expect(await onTables("ages", (sql) => sql.exec("SELECT COUNT(*) AS n FROM body_chunk").one()["n"])).toBe(0);
    for (const id of ids) expect(await payloadOf(id)).toEqual({ data: { event: { payload: null } } });
    expect(await payloadOf(dead)).toMatchObject({ data: { event: { payload: expect.any(String) as string } } });
  });

  test("is not kept where a project opted out", async () => {
    await useInlinePlugin({ name: "private", projects: ["private"], source: WORKS });
    const before = await send("private");
    await waitForRuns(before, 1);
    const inbox = env.INBOX.getByName("private");
    const alarmIn = async (): Promise<number> =>
      ((await runInDurableObject(inbox, (_, { storage }) => storage.getAlarm())) ?? Infinity) - Date.now();
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(inbox);
      expect(await alarmIn()).toBeGreaterThan(DAY_MS);
    });
    const keep = (on: boolean) =>
      askHost(`mutation { data: setPayloadKeeping(where: {projectId: "private", keep: ${on}}) }`);
    expect(await keep(false)).toMatchObject({ data: { data: expect.any(String) as string } });
    // Nothing else needs to happen for what is kept to go.
    await vi.waitFor(async () => expect(await alarmIn()).toBeLessThanOrEqual(INBOX_WAKE_MS));
    const after = await send("private");
    await waitForRuns(after, 1);
    await vi.waitFor(async () => expect(await payloadOf(after)).toEqual({ data: { event: { payload: null } } }));
    await evictDurableObject(inbox);
    await runDurableObjectAlarm(inbox);
    expect(await payloadOf(before)).toEqual({ data: { event: { payload: null } } });
  });

  test("is shown to operators only", async () => {
    const id = await send("keeps");
    const create = `mutation { data: createApiKey(data: {name: "reader", role: viewer}) { key } }`;
    const { key } = ((await askHost(create)) as { data: { data: { key: string } } }).data.data;
    await vi.waitFor(async () => expect(await payloadOf(id)).not.toEqual({ data: { event: null } }));
    expect(await askHost(`{ event(id: "${id}") { payload } }`, {}, key)).toMatchObject({
      errors: [{ extensions: { code: "FORBIDDEN" } }],
    });
    const many = `{ events(projectId: "keeps") { payload } }`;
    expect(await askHost(many)).toMatchObject({ errors: [{ extensions: { code: "QUERY_TOO_LARGE" } }] });
  });
});
