// What the API says of the host itself.
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { HOUR_MS } from "../../worker/limits.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { deliveryRow, eventRow, flushBatch, NOW } from "../store/rows.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import { ask } from "./graphql-host.ts";

beforeEach(emptyDatabase);

test("status: the database, and the inboxes with something to do", async () => {
  await recordRuns(
    db,
    flushBatch({
      events: [eventRow({ receivedAt: NOW - HOUR_MS })],
      deliveries: [deliveryRow({ state: "dead" })],
    }),
  );
  const query = `{ status {
    databaseBytes oldestEventAt deadLetters pausesOpen pausesQuarantined projects pendingDeliveries oldestPendingAt
    oldestUnflushedAt silentProjects
    inboxes { projectId pendingDeliveries runsInFlight unflushedRuns journalBytes pendingByPlugin { pluginName deliveries oldestAt } }
  } }`;
  const answer = await ask(query, {}, { INBOX: env.INBOX });
  expect(answer.errors).toBeUndefined();
  const status = answer.data?.["status"] as Record<string, unknown>;
  expect(status).toMatchObject({
    ...{ oldestEventAt: "2026-11-01T09:00:00.000Z", deadLetters: 1, pausesOpen: 0, pausesQuarantined: 0, projects: 0 },
    ...{ pendingDeliveries: 0, oldestPendingAt: null, oldestUnflushedAt: null, silentProjects: [] },
    inboxes: [{ projectId: "demo", pendingDeliveries: 0, runsInFlight: 0, unflushedRuns: 0, pendingByPlugin: [] }],
  });
  expect(status["databaseBytes"]).toBeGreaterThan(10_000);
});

test("status: asked many times in one operation, the inboxes are asked once", async () => {
  await recordRuns(db, flushBatch({ events: [eventRow()] }));
  let calls = 0;
  const inboxes = {
    getByName: (name: string) => {
      calls += 1;
      return env.INBOX.getByName(name);
    },
  } as unknown as typeof env.INBOX;
  const aliases = Array.from({ length: 20 }, (_, index) => `s${index}: status { pendingDeliveries }`).join(" ");
  const answer = await ask(`{ ${aliases} }`, {}, { INBOX: inboxes });
  expect(Object.keys(answer.data ?? {})).toHaveLength(20);
  expect(calls).toBe(1);
});

test("settings: how many days what is kept", async () => {
  const query = "{ settings { retention { events logs deadLetters audit rollups deleted } } }";
  const answer = await ask(query, {}, { EVENTS_KEEP_DAYS: "7" });
  expect(answer.data).toEqual({
    settings: { retention: { events: 7, logs: 7, deadLetters: 90, audit: 365, rollups: 400, deleted: 30 } },
  });
});
