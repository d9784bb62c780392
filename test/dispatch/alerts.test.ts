// Alerts: what is told, signed how, how often, and what becomes of those that nobody takes.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { ALERT_TYPES, type Alert } from "../../schemas/alert.ts";
import { fail, ok } from "../../schemas/result.ts";
import { Alerts } from "../../worker/dispatch/alerts.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { sendAlert } from "../../worker/dispatch/send-alert.ts";
import { toBacklogAlert } from "../../worker/dispatch/to-backlog-alert.ts";
import { toSetAsideAlert } from "../../worker/dispatch/to-set-aside-alert.ts";
import { toPauseAlert } from "../../worker/dispatch/to-pause-alert.ts";
import { signWebhook } from "../../worker/execute/sign-webhook.ts";
import {
  ALERT_RETRY_BASE_MS,
  ALERT_RETRY_MAX_MS,
  DEAD_LETTER_ALERT_MS,
  MAX_ALERT_SENDS,
  MAX_ALERTS_WAITING,
} from "../../worker/limits.ts";

interface Bench {
  readonly alerts: Alerts;
  readonly clock: { now: number };
  readonly sent: { id: string; alert: Alert }[];
  readonly tried: string[];
  readonly farEnd: { works: boolean; takesMs: number };
  readonly waiting: () => number;
}

let benches = 0;

function onBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  return runInDurableObject(env.INBOX.getByName(`alerts-${benches++}`), async (_, { storage }) => {
    void new Journal(storage);
    const clock = { now: 1_000_000 };
    const sent: Bench["sent"] = [];
    const tried: string[] = [];
    const farEnd = { works: true, takesMs: 0 };
    let ids = 0;
    const alerts = new Alerts({
      ...{ storage, memory: new Memory(storage), projectId: () => "p", now: () => clock.now },
      newId: () => `alert_${ids++}`,
      send: async (id, body) => {
        tried.push(id);
        clock.now += farEnd.takesMs;
        if (!farEnd.works) return fail({ reason: "unreachable" });
        sent.push({ id, alert: JSON.parse(body) as Alert });
        return ok(null);
      },
    });
    const waiting = (): number => storage.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM alert").one().n;
    await work({ alerts, clock, sent, tried, farEnd, waiting });
  });
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const QUARANTINED = { type: "quarantined", pluginName: "one", message: "it did" } as const;

describe("Alerts", () => {
  test("are sent once, in order, with all that is known of them", () =>
    onBench(async ({ alerts, sent, waiting }) => {
      alerts.raise(QUARANTINED);
      alerts.raise(toBacklogAlert("too_many"));
      await settled();
      await alerts.sendDue();
      expect(sent.map(({ alert }) => alert.type)).toEqual(["quarantined", "backpressure_on"]);
      expect(sent[0]).toEqual({
        id: "alert_0",
        alert: { ...QUARANTINED, projectId: "p", at: "1970-01-01T00:16:40.000Z" },
      });
      expect([waiting(), alerts.nextDueAt]).toEqual([0, null]);
    }));

  test("come again with growing pauses and the same id, and are given up in the end", () =>
    onBench(async ({ alerts, clock, farEnd, sent, waiting }) => {
      farEnd.works = false;
      alerts.raise(QUARANTINED);
      await settled();
      expect(alerts.nextDueAt).toBe(clock.now + ALERT_RETRY_BASE_MS);
      for (let sends = 1; sends < MAX_ALERT_SENDS; sends++) {
        expect(waiting()).toBe(1);
        clock.now = alerts.nextDueAt ?? 0;
        await alerts.sendDue();
      }
      expect([waiting(), sent]).toEqual([0, []]);
      alerts.raise(QUARANTINED);
      await settled();
      farEnd.works = true;
      clock.now = alerts.nextDueAt ?? 0;
      await alerts.sendDue();
      expect(sent.map(({ id }) => id)).toEqual(["alert_1"]);
    }));

  test("are each sent once at a time, though the first is due again before the last has been tried", () =>
    onBench(async ({ alerts, clock, farEnd, tried }) => {
      farEnd.works = false;
      farEnd.takesMs = ALERT_RETRY_MAX_MS;
      for (let i = 0; i < 3; i++) alerts.raise(QUARANTINED);
      await settled();
      expect(tried).toEqual(["alert_0", "alert_1", "alert_2"]);
      clock.now += ALERT_RETRY_MAX_MS;
      await alerts.sendDue();
      expect(tried.slice(3)).toEqual(["alert_0", "alert_1", "alert_2"]);
    }));

  test("are bounded: the oldest give way", () =>
    onBench(async ({ alerts, farEnd, waiting }) => {
      farEnd.works = false;
      for (let i = 0; i < MAX_ALERTS_WAITING + 50; i++) alerts.raise(QUARANTINED);
      await settled();
      expect(waiting()).toBe(MAX_ALERTS_WAITING);
    }));

  test("tell of a plugin's dead letters once in a while", () =>
    onBench(async ({ alerts, clock, sent }) => {
      for (let i = 0; i < 10; i++) alerts.raiseDeadLetter("one", "dead");
      alerts.raiseDeadLetter("two", "dead");
      clock.now += DEAD_LETTER_ALERT_MS;
      alerts.raiseDeadLetter("one", "dead again");
      await settled();
      await alerts.sendDue();
      expect(sent.map(({ alert }) => `${alert.pluginName}: ${alert.message}`)).toEqual([
        "one: dead",
        "two: dead",
        "one: dead again",
      ]);
    }));

  test("say what changed", () => {
    const pause = { pluginName: "one", reason: "why", since: 1, until: null };
    const open = { ...pause, state: "open" } as const;
    const quarantined = { ...pause, state: "quarantined" } as const;
    const types = [
      toPauseAlert("one", open, null),
      toPauseAlert("one", null, open),
      toPauseAlert("one", quarantined, null),
      toPauseAlert("one", null, quarantined),
      toBacklogAlert("too_large"),
      toBacklogAlert("room"),
      toSetAsideAlert("too big"),
    ].map(({ type }) => type);
    expect(new Set([...types, "dead_letter"])).toEqual(new Set(ALERT_TYPES));
  });
});

describe("sendAlert", () => {
  const secret = `whsec_${btoa("x".repeat(24))}`;

  test("posts JSON, signed, with the header the deployment gave", async () => {
    const requests: Request[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      requests.push(request);
      return new Response(null, { status: 204 });
    };
    const target = { url: "https://ops.example/alerts", header: "Bearer t" };
    const sent = await sendAlert("alert_1", `{"type":"quarantined"}`, {
      target,
      signingSecrets: [secret],
      fetch,
      now: () => 5_000,
    });
    expect(sent).toEqual(ok({ status: 204 }));
    const [request] = requests;
    expect(request?.url).toBe("https://ops.example/alerts");
    const body = new Uint8Array((await request?.arrayBuffer()) ?? new ArrayBuffer());
    const signature = await signWebhook({ id: "alert_1", timestamp: 5, body }, [secret]);
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      authorization: "Bearer t",
      "content-type": "application/json",
      "webhook-id": "alert_1",
      "webhook-timestamp": "5",
      "webhook-signature": signature.ok ? signature.value : null,
    });
  });

  test.each([
    ["another status", 500, "https://ops.example", secret, "status"],
    ["no URL", 204, "ops.example", secret, "bad_url"],
    ["no signing secret", 204, "https://ops.example", "whsec_???", "bad_secret"],
  ])("fails for %s", async (_, status, url, signingSecret, reason) => {
    const fetch = async (): Promise<Response> => new Response(null, { status });
    const deps = { target: { url, header: null }, signingSecrets: [signingSecret], fetch, now: () => 1 };
    expect(await sendAlert("alert_1", "{}", deps)).toMatchObject({ ok: false, failure: { reason } });
  });
});
