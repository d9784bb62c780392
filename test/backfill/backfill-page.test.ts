// Filling in what the webhook missed, from a double of Kili into a real inbox.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { BackfillPage } from "../../schemas/backfill.ts";
import type { InboxRpc } from "../../schemas/inbox.ts";
import type { Result } from "../../schemas/result.ts";
import { FILLED_IN } from "../../schemas/sought-event.ts";
import { backfillPage } from "../../worker/backfill/backfill-page.ts";
import { isKnown } from "../../worker/backfill/is-known.ts";
import { labelIdOf, toMissedEvents } from "../../worker/backfill/to-missed-events.ts";
import { uncounted } from "../../worker/kili/uncounted.ts";
import { BACKFILL_EARLY_MS, BACKFILL_LATE_MS, BACKFILL_PAGE_EVENTS } from "../../worker/limits.ts";
import { askHost, postWebhook, waitForRuns } from "../test-host.ts";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";

const KEY = "backfill-kili-key";
const double = createKiliDouble(KEY);
const MINUTE_MS = 60_000;
let ids = 0;

beforeEach(() => double.reset());

/** Kili tells of an event that happened some minutes ago. */
function happened(projectId: string, event: string, payload: Record<string, unknown>, minutesAgo = 30): void {
  const createdAt = new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString();
  double.state.events.push({ id: `event-${ids++}`, event, projectId, userId: "user", createdAt, payload });
}

/** Somebody submits a label on an asset. */
function submitted(projectId: string, minutesAgo = 30): string {
  const id = `label-${ids++}`;
  double.state.assets.set(`asset of ${id}`, { id: `asset of ${id}`, externalId: id, projectId });
  double.state.labels.set(id, { id, assetId: `asset of ${id}`, labelType: "DEFAULT", jsonResponse: '{"JOB":{"n":1}}' });
  happened(projectId, "labels.created.submit", { labelId: id, assetId: `asset of ${id}` }, minutesAgo);
  return id;
}

interface Asking {
  readonly skip?: number;
  readonly key?: string | null;
  /** Called before each event that is filled in. */
  readonly beforeAccept?: () => Promise<void>;
}

function backfill(
  projectId: string,
  { skip = 0, key = KEY, beforeAccept = async () => {} }: Asking = {},
): Promise<Result<BackfillPage, unknown>> {
  const { KILI_API_KEY: _, ...rest } = env as unknown as Record<string, unknown>;
  const withKey =
    key === null ? rest : { ...rest, KILI_API_KEY: key, KILI_API_ENDPOINT: "https://kili.example/graphql" };
  const order = { projectId, since: Date.now() - 120 * MINUTE_MS, until: Date.now(), skip };
  return backfillPage(order, {
    env: { ...withKey, INBOX: inboxes(beforeAccept) } as unknown as typeof env,
    now: Date.now,
    sending: {
      budget: uncounted(async () => {}),
      fetch: (url, init) => double.handle(new Request(url, { ...init, signal: null })),
      sleep: async () => {},
      random: () => 0,
    },
  });
}

/** The real inboxes, with something that happens before each event. */
function inboxes(beforeAccept: () => Promise<void>): { getByName: (projectId: string) => Partial<InboxRpc> } {
  return {
    getByName(projectId) {
      const inbox = env.INBOX.getByName(projectId);
      return {
        wantedTypes: (id, types) => inbox.wantedTypes(id, types),
        whichCame: (sought) => inbox.whichCame(sought),
        accept: (event) => beforeAccept().then(() => inbox.accept(event)),
      };
    },
  };
}

/** A label's submit as the webhook tells of it. */
function submitBody(projectId: string, label: string): object {
  return {
    eventType: "onSubmit",
    logPayload: { runId: `kilis-own ${label}`, projectId },
    payload: { label: { id: label, jsonResponse: {} }, asset_id: `asset of ${label}` },
  };
}

/** Until it is called, the history takes no events of a project. */
async function refuseEvents(projectId: string): Promise<() => Promise<unknown>> {
  const refusal = `CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.project_id = '${projectId}' BEGIN SELECT RAISE(ABORT, 'refused'); END`;
  await env.DB.prepare(refusal).run();
  return () => env.DB.prepare("DROP TRIGGER refuse").run();
}

async function eventsOf(projectId: string): Promise<{ id: string; type: string; labelId: string | null }[]> {
  const query = `{ events(projectId: "${projectId}", first: 100) { id type labelId } }`;
  return ((await askHost(query)) as { data: { events: { id: string; type: string; labelId: string | null }[] } }).data
    .events;
}

/** Waits until the inbox has handed over so many events, the newest first. */
async function handedOver(projectId: string, count: number): ReturnType<typeof eventsOf> {
  for (const until = Date.now() + 15_000; ;) {
    const found = await eventsOf(projectId);
    if (found.length >= count) return found;
    if (Date.now() > until) throw new Error(`${found.length} of ${count} events`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const ok = (read: number, delivered: number, known: number, unwanted: number, next: number | null = null) => ({
  ok: true,
  value: { read, delivered, known, unwanted, next },
});

describe("backfillPage", () => {
  test("delivers what was missed, to handlers with the label and to patterns, and nothing twice", async () => {
    const source = `onSubmit({ label, assetId }) { this.logger.info(label.id, assetId, label.jsonResponse.JOB.n); }
      onEvent(payload) { this.logger.info(payload.event); }`;
    const events = ["onSubmit", "asset.*"];
    await useInlinePlugin({ name: "filled", projects: ["fills"], source, manifest: { events } });
    const label = submitted("fills");
    happened("fills", "asset.skipped", { assetId: "a-1" });
    happened("fills", "projects.created", {});
    happened("elsewhere", "asset.skipped", { assetId: "a-1" });
    // The submit stands for two events, one of which nobody asks for here.
    expect(await backfill("fills")).toEqual(ok(3, 2, 0, 2));
    const [second, first] = await handedOver("fills", 2);
    expect(new Set([first?.type, second?.type])).toEqual(new Set(["asset.skipped", "onSubmit"]));
    const submit = [first, second].find((event) => event?.type === "onSubmit");
    expect(submit?.labelId).toBe(label);
    expect((await waitForRuns(submit?.id ?? "", 1))[0]?.logs).toEqual([`info: ${label} asset of ${label} 1`]);
    const skip = [first, second].find((event) => event?.type === "asset.skipped");
    expect((await waitForRuns(skip?.id ?? "", 1))[0]?.logs).toEqual(["info: asset.skipped"]);
    expect(await backfill("fills")).toEqual(ok(3, 0, 2, 2));
    expect(await eventsOf("fills")).toHaveLength(2);
  });

  test("leaves out what had come by the webhook, whatever its run id was", async () => {
    await useInlinePlugin({ name: "partly", projects: ["came"], source: "onSubmit() {}" });
    const [came, missed] = [submitted("came"), submitted("came")];
    expect((await postWebhook(submitBody("came", came))).status).toBe(202);
    await handedOver("came", 1);
    expect(await backfill("came")).toEqual(ok(2, 1, 1, 2));
    expect(new Set((await handedOver("came", 2)).map(({ labelId }) => labelId))).toEqual(new Set([came, missed]));
  });

  test("leaves out what had come and the history does not have yet", async () => {
    await useInlinePlugin({ name: "unstored", projects: ["unstored"], source: "onSubmit() {}" });
    const take = await refuseEvents("unstored");
    const [came, missed] = [submitted("unstored"), submitted("unstored")];
    expect((await postWebhook(submitBody("unstored", came))).status).toBe(202);
    expect(await backfill("unstored")).toEqual(ok(2, 1, 1, 2));
    expect(await eventsOf("unstored")).toEqual([]);
    await take();
    const labels = (await handedOver("unstored", 2)).map(({ labelId }) => labelId);
    expect(new Set(labels)).toEqual(new Set([came, missed]));
  });

  test("leaves out what comes, and is handed over, while it is being filled in", async () => {
    await useInlinePlugin({ name: "meanwhile", projects: ["meanwhile"], source: "onSubmit() {}" });
    const labels = [submitted("meanwhile"), submitted("meanwhile")];
    let accepted = 0;
    const beforeAccept = async (): Promise<void> => {
      if (accepted++ !== 1) return;
      await postWebhook(submitBody("meanwhile", labels[1] ?? ""));
      await handedOver("meanwhile", 2);
    };
    expect(await backfill("meanwhile", { beforeAccept })).toEqual(ok(2, 1, 1, 2));
    expect(await eventsOf("meanwhile")).toHaveLength(2);
  });

  test("delivers each of several that are alike", async () => {
    const manifest = { events: ["asset.*"] };
    await useInlinePlugin({ name: "alike", projects: ["alike"], source: "onEvent() {}", manifest });
    for (const minutesAgo of [3, 2, 1]) happened("alike", "asset.skipped", { assetId: "a-1" }, minutesAgo);
    expect(await backfill("alike")).toEqual(ok(3, 3, 0, 0));
    await handedOver("alike", 3);
    happened("alike", "asset.skipped", { assetId: "a-1" }, 0.5);
    expect(await backfill("alike")).toEqual(ok(4, 1, 3, 0));
  });

  test("goes page by page, the oldest first", async () => {
    await useInlinePlugin({
      name: "paged",
      projects: ["pages"],
      source: "onEvent() {}",
      manifest: { events: ["asset.*"] },
    });
    for (let i = 0; i < BACKFILL_PAGE_EVENTS + 5; i++)
      happened("pages", "asset.skipped", { assetId: `p-${i}` }, 100 - i / 10);
    expect(await backfill("pages")).toEqual(ok(BACKFILL_PAGE_EVENTS, BACKFILL_PAGE_EVENTS, 0, 0, BACKFILL_PAGE_EVENTS));
    expect(await backfill("pages", { skip: BACKFILL_PAGE_EVENTS })).toEqual(ok(5, 5, 0, 0));
  });

  test("says why it cannot: no key, and Kili's own words", async () => {
    expect(await backfill("p", { key: null })).toEqual({ ok: false, failure: { reason: "not_connected" } });
    double.fail({ times: 1, message: "You are not a member of this project" });
    expect(await backfill("p")).toMatchObject({
      failure: { reason: "kili", message: expect.stringContaining("not a member") as string },
    });
    expect(
      await askHost(`mutation { backfillEvents(data: {projectId: "p", since: "2026-11-01"}) { read } }`),
    ).toMatchObject({
      errors: [{ extensions: { code: "NOT_CONNECTED" } }],
    });
  });
});

describe("isKnown", () => {
  const kiliEvent = {
    id: "e",
    event: "asset.skipped",
    createdAt: "2026-11-01T10:00:00.000Z",
    payload: { assetId: "a" },
  };
  const [event] = toMissedEvents(kiliEvent, "p", null);
  if (event === undefined) throw new Error("no event");
  const one = { assetId: "a", labelId: null, kiliRunId: "x", type: "asset.skipped", receivedAt: event.happenedAt };

  test.each([
    ["the same, a moment later", one, true],
    ["the same, too late", { ...one, receivedAt: one.receivedAt + BACKFILL_LATE_MS + 1 }, false],
    ["the same, by clocks that differ", { ...one, receivedAt: one.receivedAt - BACKFILL_EARLY_MS }, true],
    ["too early", { ...one, receivedAt: one.receivedAt - BACKFILL_EARLY_MS - 1 }, false],
    ["another asset", { ...one, assetId: "b" }, false],
    ["another type", { ...one, type: "asset.unskipped" }, false],
    ["another one that was filled in", { ...one, kiliRunId: `${FILLED_IN}another` }, false],
    ["an earlier filling in", { ...one, type: "?", kiliRunId: event.kiliRunId, receivedAt: 1 }, true],
  ])("%s", (_, known, wanted) => {
    expect(isKnown(event, [known])).toBe(wanted);
  });

  test("a label is created once, whenever that was told", () => {
    const created = { ...kiliEvent, event: "labels.created.review", payload: { label: { id: "l", assetId: "a" } } };
    expect(labelIdOf(created)).toBe("l");
    const missed = toMissedEvents(created, "p", { id: "l", assetId: "a", jsonResponse: "no JSON" });
    expect(missed.map(({ type, assetId, labelId }) => [type, assetId, labelId])).toEqual([
      ["labels.created.review", "a", "l"],
      ["onReview", "a", "l"],
    ]);
    for (const each of missed)
      expect(isKnown(each, [{ ...one, labelId: "l", type: each.type, receivedAt: 1 }])).toBe(true);
  });
});
