// Bodies that come at once: one isolate holds a bounded number of their bytes, and small ones always find room.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { AcceptAnswer } from "../../schemas/inbox.ts";
import { acceptWebhook } from "../../worker/accept/accept-webhook.ts";
import { BodyRoom } from "../../worker/accept/body-room.ts";
import type { Env } from "../../worker/env.ts";
import { BODY_HOLD_MS, MAX_BODY_BYTES, MAX_BODY_BYTES_UNDER_WAY } from "../../worker/limits.ts";
import { WEBHOOK_SECRET, webhookBody } from "../test-host.ts";

const small = JSON.stringify(webhookBody("room"));
const large = small + " ".repeat(MAX_BODY_BYTES - small.length);
const FIT = Math.floor(MAX_BODY_BYTES_UNDER_WAY / MAX_BODY_BYTES);

/** A host whose inbox answers nobody before it is told to. */
function slowHost(): { host: Env; asked: () => number; letGo: () => void } {
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  let asked = 0;
  const accepted: AcceptAnswer = { type: "accepted", id: "ev", deliveries: 0 };
  const accept = async (): Promise<string> => {
    asked += 1;
    await promise;
    return JSON.stringify([accepted]);
  };
  const INBOX = { getByName: () => ({ accept }) } as unknown as Env["INBOX"];
  return { host: { ...env, INBOX }, asked: () => asked, letGo };
}

/** Says how much of a body was read. */
function send(host: Env, text: string, isDeclared: boolean): { answer: Promise<Response>; read: () => number } {
  let read = 0;
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (read >= bytes.byteLength) return controller.close();
        controller.enqueue(bytes.slice(read, read + 1024 * 1024));
        read += 1024 * 1024;
      },
    },
    { highWaterMark: 0 },
  );
  const declared = isDeclared ? { "content-length": String(bytes.byteLength) } : {};
  const headers = { authorization: WEBHOOK_SECRET, ...declared };
  const request = new Request("http://host/webhook", { method: "POST", headers, body });
  return { answer: acceptWebhook(request, host, null), read: () => read };
}

async function untilAsked(asked: () => number, times: number): Promise<void> {
  for (let turn = 0; asked() < times; turn++) {
    if (turn > 2_000) throw new Error(`the inbox was asked ${asked()} times, wanted ${times}`);
    await scheduler.wait(2);
  }
}

describe.each([
  ["declared", true],
  ["not declared", false],
])("bodies whose lengths are %s", (_, isDeclared) => {
  test("are refused with 503 while too many bytes are under way; small ones are not; then they are taken", async () => {
    const { host, asked, letGo } = slowHost();
    const held = Array.from({ length: FIT }, () => send(host, large, isDeclared));
    await untilAsked(asked, FIT);

    const refused = send(host, large, isDeclared);
    const answer = await refused.answer;
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await answer.json()).toMatchObject({ error: { code: "bodies_under_way" } });
    expect(refused.read()).toBeLessThan(isDeclared ? 1 : MAX_BODY_BYTES);
    const taken = send(host, small, isDeclared);
    await untilAsked(asked, FIT + 1);

    letGo();
    const answers = await Promise.all([...held, taken].map(async ({ answer: each }) => (await each).status));
    expect(answers).toEqual(Array(FIT + 1).fill(202));
    expect((await send(host, large, isDeclared).answer).status).toBe(202);
  });
});

test("what is never closed, since its sender has hung up, is counted for a while only", () => {
  const clock = { now: 1_000 };
  const room = new BodyRoom(() => clock.now);
  for (let held = 0; held < FIT; held++) expect(room.open().grow(MAX_BODY_BYTES)).toBe(true);
  expect(room.open().grow(MAX_BODY_BYTES)).toBe(false);
  clock.now += BODY_HOLD_MS;
  const next = room.open();
  expect(next.grow(MAX_BODY_BYTES)).toBe(true);
  next.close();
  next.close();
  for (let held = 0; held < FIT; held++) expect(room.open().grow(MAX_BODY_BYTES)).toBe(true);
  expect(room.open().grow(MAX_BODY_BYTES)).toBe(false);
});

test("what was held goes free with a body that was refused", async () => {
  const { host, letGo } = slowHost();
  letGo();
  for (let times = 0; times < 3 * FIT; times++) {
    const answer = await send(host, `[${large.slice(2)}`, true).answer;
    expect(answer.status).toBe(400);
  }
  expect((await send(host, large, true).answer).status).toBe(202);
});
