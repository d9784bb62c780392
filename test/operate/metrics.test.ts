// `GET /metrics` of the whole host, over HTTP: who may ask, and that what happened is in it.
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { fail } from "../../schemas/result.ts";
import type { Env } from "../../worker/env.ts";
import { HOUR_MS } from "../../worker/limits.ts";
import { answerMetrics } from "../../worker/operate/answer-metrics.ts";
import { readHostStatus } from "../../worker/operate/read-host-status.ts";
import { listBusyProjects } from "../../worker/store/list-busy-projects.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { deliveryRow, eventRow, flushBatch, NOW } from "../store/rows.ts";
import { ADMIN_API_KEY, fetchHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { parseOpenMetrics } from "./parse-openmetrics.ts";

const db = env.DB;
const bearer = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } });

async function scrape(): Promise<Record<string, number>> {
  const answer = await fetchHost("/metrics", bearer(ADMIN_API_KEY));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  const families = parseOpenMetrics(await answer.text());
  return Object.fromEntries([...families.values()].flatMap(({ samples }) => [...samples]));
}

describe("who may ask", () => {
  const noApiKey = { findSender: async () => fail("no_key" as const), now: NOW };
  const ask = (init: RequestInit, keys: string): Promise<Response> =>
    answerMetrics(new Request("http://host/metrics", init), { ...env, METRICS_KEY: keys }, noApiKey);

  test.each([
    ["nobody without a key", {}, "one", 401],
    ["the key for metrics", bearer("one"), "one", 200],
    ["each of several, while one is rotated out", bearer("two"), "one, two", 200],
    ["no other", bearer("three"), "one,two", 401],
    ["nobody by an empty key where none is set", bearer(""), "", 401],
    ["not by another scheme", { headers: { authorization: "Basic one" } }, "one", 401],
  ])("%s", async (_, init, keys, status) => {
    expect((await ask(init, keys)).status).toBe(status);
  });

  test("the key for metrics opens nothing else, an API key opens them in each of its forms", async () => {
    const query = { method: "POST", body: '{"query":"{ viewer { id } }"}' };
    const headers = { "content-type": "application/json", authorization: "Bearer test-metrics-key" };
    const refused = await fetchHost("/graphql", { ...query, headers });
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    for (const form of [{ "x-api-key": ADMIN_API_KEY }, { authorization: `X-API-Key: ${ADMIN_API_KEY}` }]) {
      expect((await fetchHost("/metrics", { headers: form })).status).toBe(200);
    }
    const answer = await fetchHost("/metrics");
    expect(answer.status).toBe(401);
    expect(JSON.stringify(await answer.json())).toContain("Cannot show metrics");
  });
});

test("what happened is counted, and what waits is shown", async () => {
  const before = await scrape();
  vi.spyOn(Math, "random").mockReturnValue(0.9);
  const source = "onSubmit() { if (this.run.attempt === 1) throw new Error('later'); }";
  await useInlinePlugin({ name: "measured", projects: ["measured"], source, manifest: { retry: { max_attempts: 2 } } });
  const accepted = await postWebhook(webhookBody("measured"));
  const { id } = await accepted.json<{ id: string }>();
  await waitForRuns(id, 1);
  const after = await scrape();
  const grown = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
  expect(grown('kili_edge_events_total{outcome="matched"}')).toBe(1);
  expect(grown('kili_edge_plugin_runs_total{plugin="measured",outcome="threw"}')).toBe(1);
  expect(grown("kili_edge_run_duration_seconds_count")).toBe(1);
  expect(after).toMatchObject({
    'kili_edge_pending_deliveries{project="measured"}': 1,
    'kili_edge_plugin_pending_deliveries{project="measured",plugin="measured"}': 1,
  });
  expect(after['kili_edge_oldest_pending_age_seconds{project="measured"}']).toBeGreaterThan(0);
  expect(after["kili_edge_database_bytes"]).toBeGreaterThan(10_000);
  vi.restoreAllMocks();
});

test("an inbox that does not answer is counted, and the others are shown", async () => {
  await recordRuns(
    db,
    flushBatch({ events: [eventRow({ id: "s1", projectId: "silent" }), eventRow({ id: "s2", projectId: "well" })] }),
  );
  const inboxes = {
    getByName: (name: string) =>
      name === "silent" ? { status: () => new Promise(() => {}) } : env.INBOX.getByName(name),
  } as unknown as Env["INBOX"];
  const status = await readHostStatus({ DB: db, INBOX: inboxes }, NOW);
  expect(status.silent).toEqual(["silent"]);
  expect(status.inboxes.map(({ projectId }) => projectId)).toContain("well");
});

test("listBusyProjects: those with events lately or something pending, not those long idle", async () => {
  const long = NOW - 100 * HOUR_MS;
  await db.prepare("INSERT INTO projects (id, first_seen_at) VALUES ('idle', ?1), ('new', ?2)").bind(long, NOW).run();
  await recordRuns(
    db,
    flushBatch({
      events: [
        eventRow({ id: "b1", projectId: "idle", receivedAt: long }),
        eventRow({ id: "b2", projectId: "stuck", receivedAt: long }),
        eventRow({ id: "b3", projectId: "busy", receivedAt: NOW }),
      ],
      deliveries: [deliveryRow({ id: "b4", projectId: "stuck", state: "pending", createdAt: long })],
    }),
  );
  const projects = await listBusyProjects(db, NOW - 24 * HOUR_MS, 100);
  expect(["busy", "idle", "new", "stuck"].filter((id) => projects.includes(id))).toEqual(["busy", "new", "stuck"]);
  expect(await listBusyProjects(db, 0, 2)).toHaveLength(2);
});
