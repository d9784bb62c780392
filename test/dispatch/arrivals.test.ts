// Bodies on their way to one inbox's disk: a bounded number of their bytes at once, from whomever, and always room for
// small ones.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { AcceptAnswer, IncomingEvent } from "../../schemas/inbox.ts";
import { acceptWebhook } from "../../worker/accept/accept-webhook.ts";
import { Arrivals } from "../../worker/dispatch/arrivals.ts";
import type { Env } from "../../worker/env.ts";
import { MAX_BODY_BYTES, MAX_INBOX_BODY_BYTES } from "../../worker/limits.ts";
import { WEBHOOK_SECRET, webhookBody } from "../test-host.ts";

const large = new Uint8Array(MAX_BODY_BYTES);

test("hold no more than there is room for, and have it again whatever becomes of them", async () => {
  const arrivals = new Arrivals();
  const end = Promise.withResolvers<string>();
  const first = arrivals.hold(large, () => end.promise);
  expect(await arrivals.hold(large, () => Promise.reject(new Error("begun")))).toBe(null);
  expect(await arrivals.hold("small", async () => "taken")).toBe("taken");
  end.reject(new Error("the disk is full"));
  await expect(first).rejects.toThrow("the disk is full");
  expect(await arrivals.hold(large, async () => "taken")).toBe("taken");
});

test("leave room for small ones, and are bounded when there are very many of them", async () => {
  const arrivals = new Arrivals();
  const end = Promise.withResolvers<string>();
  const held: Promise<string | null>[] = [];
  const hold = (body: Uint8Array): void => void held.push(arrivals.hold(body, () => end.promise));
  for (let bytes = 0; bytes < MAX_INBOX_BODY_BYTES; bytes += MAX_BODY_BYTES / 25)
    hold(large.subarray(MAX_BODY_BYTES * 0.96));
  const small = "x".repeat(200 * 1024);
  let taken = 0;
  while (
    (await Promise.race([arrivals.hold(small, () => end.promise), Promise.resolve("taken")])) !== null &&
    taken < 1_000
  )
    taken += 1;
  expect(taken).toBeGreaterThan(10);
  expect(taken).toBeLessThan(1_000);
  end.resolve("taken");
  const answers = await Promise.all(held);
  expect(answers).toContain(null);
  expect(await arrivals.hold(large, async () => "taken")).toBe("taken");
});

test("an inbox that several isolates send large ones to at once refuses some, and loses none that it took", async () => {
  const project = "arrivals";
  const text = JSON.stringify(webhookBody(project));
  const body = new TextEncoder().encode(text + " ".repeat(MAX_BODY_BYTES - text.length));
  const inbox = env.INBOX.getByName(project);
  const event: IncomingEvent = {
    ...{ projectId: project, type: "onSubmit", kiliRunId: null, assetId: null, labelId: null },
    ...{ body, bodyBytes: body.byteLength, onlyPlugin: null, receivedAt: Date.now() },
  };
  const answers = await Promise.all([1, 2, 3, 4].map(() => inbox.accept([event])));
  const accepted = answers.filter((answer) => answer.includes("accepted"));
  expect(accepted.length).toBeGreaterThan(0);
  expect(answers.filter((answer) => !accepted.includes(answer))).toContain('[{"type":"full","level":"bodies"}]');
  const count = await runInDurableObject(inbox, (_, { storage }) =>
    storage.sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM event").one(),
  );
  expect(count.n).toBe(accepted.length);
});

test("whoever sends one that there is no room for is told when to come again", async () => {
  const full: AcceptAnswer = { type: "full", level: "bodies" };
  const INBOX = { getByName: () => ({ accept: async () => JSON.stringify([full]) }) } as unknown as Env["INBOX"];
  const headers = { authorization: WEBHOOK_SECRET };
  const body = JSON.stringify(webhookBody("arrivals"));
  const request = new Request("http://host/webhook", { method: "POST", headers, body });
  const answer = await acceptWebhook(request, { ...env, INBOX }, null);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await answer.json()).toMatchObject({ error: { code: "bodies_under_way" } });
});
