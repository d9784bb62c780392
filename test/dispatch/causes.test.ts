// Chains of events that plugins' own writes cause: recognised, counted, and ended.
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { Causes } from "../../worker/dispatch/causes.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import { CAUSE_MS, MAX_CAUSE_DEPTH, MAX_CAUSE_TRACES } from "../../worker/limits.ts";
import { askHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";

const NOW = 1_000_000;
const about = (assetId: string | null, labelId: string | null = null) => ({ assetId, labelId });
let benches = 0;

function onBench<Value>(work: (storage: DurableObjectStorage, causes: Causes) => Value): Promise<Value> {
  return runInDurableObject(env.INBOX.getByName(`causes-${benches++}`), (_, { storage }) => {
    void new Journal(storage);
    return work(storage, new Causes(storage, NOW));
  });
}

describe("Causes", () => {
  test("an event about what was written to a moment ago was caused by that; later, or about something else, not", () =>
    onBench((_, causes) => {
      causes.note({ eventId: "ev_1", pluginName: "one" }, ["asset a", "label l"], NOW);
      const cause = { depth: 1, plugins: ["one"] };
      expect(causes.of(about("a"), NOW + CAUSE_MS - 1)).toMatchObject(cause);
      expect(causes.of(about("b", "l"), NOW + 1)).toMatchObject(cause);
      expect(causes.of(about("a"), NOW + CAUSE_MS)).toBeNull();
      expect(causes.of(about("b", "m"), NOW + 1)).toBeNull();
      expect(causes.of(about(null), NOW + 1)).toBeNull();
      causes.note({ eventId: "ev_1", pluginName: "one" }, ["project"], NOW);
      expect(causes.of(about(null), NOW + 1)).toMatchObject(cause);
    }));

  test("a chain grows with each event that a run's write causes, and knows whose writes made it", () =>
    onBench((_, causes) => {
      causes.note({ eventId: "ev_1", pluginName: "one" }, ["asset a"], NOW);
      const first = causes.of(about("a"), NOW + 1);
      if (first === null) throw new Error("not recognised");
      causes.remember("ev_2", first, NOW + 1);
      causes.note({ eventId: "ev_2", pluginName: "two" }, ["asset b"], NOW + 2);
      expect(causes.of(about("b"), NOW + 3)).toMatchObject({ depth: 2, plugins: ["one", "two"] });
      // Somebody's write that begins a chain does not make a longer one shorter.
      causes.note({ eventId: "ev_9", pluginName: "three" }, ["asset b"], NOW + 4);
      expect(causes.of(about("b"), NOW + 5)).toMatchObject({ depth: 2 });
    }));

  test("outlives the process, and remembers a bounded number of things", () =>
    onBench((storage, causes) => {
      causes.note({ eventId: "ev_1", pluginName: "one" }, ["asset a"], NOW);
      expect(new Causes(storage, NOW + 1).of(about("a"), NOW + 1)).toMatchObject({ depth: 1 });
      for (let i = 0; i < MAX_CAUSE_TRACES; i += 1_000) {
        const keys = Array.from({ length: 1_000 }, (_, n) => `asset ${i + n}`);
        causes.note({ eventId: "ev_1", pluginName: "one" }, keys, NOW);
      }
      causes.note({ eventId: "ev_1", pluginName: "one" }, ["asset z"], NOW);
      const { n } = storage.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM trace").one();
      expect(n).toBeLessThanOrEqual(MAX_CAUSE_TRACES);
      expect(causes.of(about("a"), NOW)).toBeNull();
      expect(causes.of(about("z"), NOW)).toMatchObject({ depth: 1 });
      expect(new Causes(storage, NOW + CAUSE_MS).of(about("z"), NOW)).toBeNull();
    }));
});

test("the deliveries of a chain that is too long are dead to the plugins in it, and to no others", async () => {
  await useInlinePlugin({ name: "loops", projects: ["chain"], source: "onSubmit() {}" });
  await useInlinePlugin({ name: "watches", projects: ["chain"], source: "onSubmit() {}" });
  const inbox = env.INBOX.getByName("chain");
  const deadOf = async (eventId: string): Promise<unknown> => {
    const query = `{ event(id: "${eventId}") { deliveries { pluginName state deadReason } } }`;
    return ((await askHost(query)) as { data: { event: { deliveries: unknown } } }).data.event.deliveries;
  };
  /** As when its door says it, were it to write; and a chain may be longer than a process lives. */
  const wrote = async (eventId: string): Promise<void> => {
    await runInDurableObject(inbox, (_, { storage }) =>
      new Causes(storage, Date.now()).note({ eventId, pluginName: "loops" }, ["asset asset-1"], Date.now()),
    );
    await evictDurableObject(inbox);
  };
  const done = (pluginName: string) => ({ pluginName, state: "done", deadReason: null });
  let eventId = "";
  for (let depth = 0; depth <= MAX_CAUSE_DEPTH; depth++) {
    if (eventId !== "") await wrote(eventId);
    ({ id: eventId } = await (await postWebhook(webhookBody("chain"))).json<{ id: string }>());
    await waitForRuns(eventId, 2);
    await vi.waitFor(async () => expect(await deadOf(eventId)).toEqual([done("loops"), done("watches")]));
  }
  await wrote(eventId);
  const last = await (await postWebhook(webhookBody("chain"))).json<{ id: string; deliveries: number }>();
  expect(last.deliveries).toBe(2);
  await waitForRuns(last.id, 1);
  await vi.waitFor(async () =>
    expect(await deadOf(last.id)).toEqual([
      { pluginName: "loops", state: "dead", deadReason: "caused_by_itself" },
      done("watches"),
    ]),
  );
  // Somebody else's asset is another chain.
  const other = await postWebhook(webhookBody("chain", { payload: { label: { id: "l" }, asset_id: "asset-2" } }));
  expect(await waitForRuns((await other.json<{ id: string }>()).id, 2)).toHaveLength(2);
});
