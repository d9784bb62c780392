// `/readyz` and the supervisor's door, as the outside sees them.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Drain } from "../../worker/drain.ts";
import { answerSupervisor } from "../../worker/health/answer-supervisor.ts";
import { createReadyCheck } from "../../worker/health/create-ready-check.ts";
import { READY_TTL_MS } from "../../worker/limits.ts";
import { fetchHost } from "../test-host.ts";

function readyCheck(now: () => number = () => 0): { check: ReturnType<typeof createReadyCheck>; drain: Drain } {
  const drain = new Drain();
  return { drain, check: createReadyCheck({ drain, now }) };
}

/** A database that counts what it is asked and fails with `error`. */
function failing(error: string): { DB: D1Database; asked: () => number } {
  let asked = 0;
  const statement = { bind: () => statement, all: fail, raw: fail, first: fail };
  async function fail(): Promise<never> {
    asked += 1;
    throw new Error(error);
  }
  return { DB: { prepare: () => statement } as unknown as D1Database, asked: () => asked };
}

describe("readyz", () => {
  it("is 200 when the database answers and has every migration", async () => {
    const answer = await fetchHost("/readyz");
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ready" }]);
    // By which the doctor compares clocks.
    expect(Math.abs(Date.parse(answer.headers.get("date") ?? "") - Date.now())).toBeLessThan(60_000);
  });

  it("is 503 without the newest migration", async () => {
    const { results } = await env.DB.prepare("SELECT id, name FROM d1_migrations ORDER BY id DESC LIMIT 1").all();
    const [newest] = results;
    await env.DB.prepare("DELETE FROM d1_migrations WHERE id = ?").bind(newest?.["id"]).run();
    const answer = await readyCheck().check(env);
    await env.DB.prepare("INSERT INTO d1_migrations (id, name) VALUES (?, ?)")
      .bind(newest?.["id"], newest?.["name"])
      .run();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ problems: [{ code: "database_not_migrated" }] });
    expect((await readyCheck().check(env)).status).toBe(200);
  });

  it("is 503 without any migration", async () => {
    const answer = await readyCheck().check(failing("D1_ERROR: no such table: d1_migrations: SQLITE_ERROR"));
    expect(await answer.json()).toMatchObject({ problems: [{ code: "database_not_migrated" }] });
  });

  it("is 503 while the database fails, without its words, and asks it once in a while only", async () => {
    let now = 0;
    const { check } = readyCheck(() => now);
    const db = failing("D1_ERROR: secret-host refused");
    for (let i = 0; i < 5; i++) {
      const answer = await check(db);
      expect(answer.status).toBe(503);
      expect(await answer.text()).not.toContain("secret-host");
    }
    expect(db.asked()).toBe(1);
    now = READY_TTL_MS;
    expect((await check(env)).status).toBe(200);
  });

  it("is 503 from the moment the host is told to stop", async () => {
    const { check, drain } = readyCheck();
    expect((await check(env)).status).toBe(200);
    drain.begin();
    const answer = await check(env);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ problems: [{ code: "shutting_down" }] });
  });
});

describe("the supervisor's door", () => {
  const nothing = async (): Promise<void> => {};
  const onWebhooks = (): never => expect.unreachable();
  const order = (
    name: string,
    authorization: string,
    SUPERVISOR_SECRET: string,
    drain: Drain,
    onSchedule = nothing,
  ) => {
    const request = new Request(`http://host/supervisor/${name}`, { method: "POST", headers: { authorization } });
    return answerSupervisor(request, name, { SUPERVISOR_SECRET }, { drain, onSchedule, onWebhooks });
  };

  it("is not there for anybody else, nor for what nobody orders", async () => {
    const drain = new Drain();
    for (const name of ["drain", "scheduled", "webhooks"]) {
      const schedule = (): never => expect.unreachable();
      expect((await order(name, "Bearer x", "s".repeat(43), drain, schedule)).status).toBe(404);
      expect((await order(name, "Bearer ", "", drain, schedule)).status).toBe(404);
      expect((await fetchHost(`/supervisor/${name}`, { method: "POST" })).status).toBe(404);
    }
    expect((await order("other", "Bearer secret", "secret", drain)).status).toBe(404);
    expect(drain.begun).toBe(false);
  });

  it("begins the drain and counts what still runs", async () => {
    const drain = new Drain();
    const { promise, resolve } = Promise.withResolvers<void>();
    const run = drain.count(() => promise);
    const answer = async () => (await order("drain", "Bearer secret", "secret", drain)).json();
    expect(await answer()).toEqual({ runsInFlight: 1 });
    resolve();
    await run;
    expect(await answer()).toEqual({ runsInFlight: 0 });
    expect(drain.begun).toBe(true);
  });

  it("does what is scheduled, and fails with it", async () => {
    let done = 0;
    const schedule = async (): Promise<void> => void (done += 1);
    expect((await order("scheduled", "Bearer secret", "secret", new Drain(), schedule)).status).toBe(200);
    expect(done).toBe(1);
    const fails = () => Promise.reject(new Error("database"));
    await expect(order("scheduled", "Bearer secret", "secret", new Drain(), fails)).rejects.toThrow("database");
  });
});
