// Calls of the webhook that are handed over together: each is answered as if it had come by itself, and waits for no
// other project's.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { batchHead, type BatchedAnswer, type BatchedCall } from "../../schemas/webhook-batch.ts";
import type { AcceptAnswer, InboxRpc, IncomingEvent } from "../../schemas/inbox.ts";
import { acceptBatch } from "../../worker/accept/accept-batch.ts";
import { acceptWebhook } from "../../worker/accept/accept-webhook.ts";
import { bodyRoom } from "../../worker/accept/body-room.ts";
import type { Env } from "../../worker/env.ts";
import { MAX_BODY_BYTES_UNDER_WAY, MAX_CALL_EVENTS, ROOM_FOR_SMALL_BODIES_BYTES } from "../../worker/limits.ts";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { WEBHOOK_SECRET, webhookBody } from "../test-host.ts";

interface Call extends Partial<Omit<BatchedCall, "bodyBytes">> {
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const host: Env = env;

function toRequest(calls: readonly Call[]): Request {
  const bodies = calls.map(({ body }) => (typeof body === "string" ? new TextEncoder().encode(body) : body));
  const head = batchHead(
    calls.map(({ plugin = null, project = null, authorization = WEBHOOK_SECRET, client = null }, at) => ({
      ...{ plugin, project, authorization, client },
      bodyBytes: bodies[at]?.byteLength ?? 0,
    })),
  );
  return batchOf(new Blob([head, ...bodies]));
}

function batchOf(body: Blob): Request {
  const headers = { "content-length": String(body.size) };
  return new Request("http://host/supervisor/webhooks", { method: "POST", headers, body });
}

async function answersOf(response: Response): Promise<(BatchedAnswer & { json: unknown })[]> {
  const lines = (await response.text()).trimEnd().split("\n");
  return lines
    .map((line) => JSON.parse(line) as BatchedAnswer)
    .map((answer) => ({ ...answer, json: JSON.parse(answer.body) as unknown }))
    .sort((one, other) => one.call - other.call);
}

function batch(calls: readonly Call[], overrides: Partial<Env> = {}): Promise<(BatchedAnswer & { json: unknown })[]> {
  return acceptBatch(toRequest(calls), { ...host, ...overrides }).then(answersOf);
}

let count = 0;
const bodyFor = (project: string): string => JSON.stringify(webhookBody(project, { runId: `batch-${count++}` }));

/** A body of so many bytes. */
function padded(project: string, bytes: number): string {
  return bodyFor(project).padEnd(bytes);
}

beforeAll(() => useInlinePlugin({ name: "batched", projects: ["batch-a"], source: "onSubmit() {}" }));

describe("each call", () => {
  test("is answered as by itself, in whatever company", async () => {
    const calls: Call[] = [
      { body: bodyFor("batch-a") },
      { body: bodyFor("batch-b") },
      { body: bodyFor("batch-a"), authorization: `Bearer ${WEBHOOK_SECRET}` },
      { body: bodyFor("batch-a"), authorization: "wrong" },
      { body: bodyFor("batch-a"), authorization: null },
      { body: '{"eventType":' },
      { body: new Uint8Array([0x22, 0x80, 0x22]) },
      { body: '{"eventType":"onSubmit"}' },
      { body: '{"eventType":"onSubmit"}', project: "batch-b" },
      { body: bodyFor("batch-a"), plugin: "batched" },
      { body: bodyFor("batch-a"), plugin: "nobody" },
      { body: "" },
    ];
    const alone = await Promise.all(
      calls.map(async ({ body, plugin = null, project = null, authorization = WEBHOOK_SECRET }) => {
        const url = `http://host/webhook${project === null ? "" : `?project=${project}`}`;
        const headers = authorization === null ? {} : { authorization };
        // Another run id, or the second one would be known already.
        const text = typeof body === "string" ? body.replace('"batch-', '"alone-') : body;
        const answer = await acceptWebhook(new Request(url, { method: "POST", headers, body: text }), host, plugin);
        return [answer.status, answer.headers.get("retry-after"), await answer.json()];
      }),
    );
    const withoutId = (json: unknown): unknown => ({ ...(json as object), id: "id" });
    const together = await batch(calls);
    expect(together.map(({ status, retryAfter, json }) => [status, retryAfter, withoutId(json)])).toEqual(
      alone.map(([status, retryAfter, json]) => [status, retryAfter, withoutId(json)]),
    );
    expect(together.map(({ status }) => status)).toEqual([202, 202, 202, 401, 401, 400, 400, 422, 202, 202, 404, 400]);
    expect(together.map(({ call }) => call)).toEqual(calls.map((_, at) => at));
  });

  test("is on disk when it is answered, once for each run id", async () => {
    const body = bodyFor("batch-disk");
    const other = bodyFor("batch-disk");
    const answers = await batch([{ body }, { body }, { body: other }]);
    const [id] = answers.map(({ json }) => (json as { id: string }).id);
    expect(answers.map(({ status }) => status)).toEqual([202, 200, 202]);
    expect(answers[0]?.json).toMatchObject({ duplicate: false });
    expect(answers[1]?.json).toEqual({ id, duplicate: true });
    expect((await batch([{ body: other }]))[0]?.json).toMatchObject({ duplicate: true });
    const inbox = env.INBOX.getByName("batch-disk");
    const ids = await runInDurableObject(inbox, (_, { storage }) =>
      storage.sql.exec<{ id: string }>("SELECT event_id AS id FROM seen ORDER BY id").toArray(),
    );
    expect(ids).toHaveLength(2);
  });

  test("of very many of one project is taken, in calls the inbox takes", async () => {
    const calls = Array.from({ length: MAX_CALL_EVENTS * 2 + 1 }, () => ({ body: bodyFor("batch-many") }));
    const answers = await batch(calls);
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 202));
    expect(new Set(answers.map(({ json }) => (json as { id: string }).id)).size).toBe(calls.length);
  });
});

describe("where large bodies take the room there is", () => {
  test("small ones have theirs, however many come together", async () => {
    const large = bodyRoom.open();
    expect(large.grow(MAX_BODY_BYTES_UNDER_WAY - ROOM_FOR_SMALL_BODIES_BYTES)).toBe(true);
    try {
      const calls = Array.from({ length: MAX_CALL_EVENTS }, () => ({ body: padded("batch-room", 10_000) }));
      expect((await batch(calls)).map(({ status }) => status)).toEqual(calls.map(() => 202));
      // It was given back.
      expect((await batch(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200));
    } finally {
      large.close();
    }
  });

  test("each that has none is told so, and those before it are taken", async () => {
    const others = Array.from({ length: 400 }, () => bodyRoom.open());
    for (const other of others) other.grow(Math.floor((MAX_BODY_BYTES_UNDER_WAY - 25_000) / others.length));
    try {
      const answers = await batch(Array.from({ length: 3 }, () => ({ body: padded("batch-full", 10_000) })));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 503]);
      expect(answers[2]?.json).toMatchObject({ error: { code: "bodies_under_way" } });
    } finally {
      for (const other of others) other.close();
    }
  });
});

test("what an inbox cannot write is told as not taken, and the next ones are", async () => {
  const stub = env.INBOX.getByName("batch-bad");
  const event: IncomingEvent = {
    ...{ projectId: "batch-bad", type: "onSubmit", kiliRunId: null, assetId: null, labelId: null },
    ...{ body: "{}", bodyBytes: 2, onlyPlugin: null, receivedAt: Date.now() },
  };
  const bad = { ...event, type: null as unknown as string };
  await runInDurableObject(stub, async (inbox: InboxRpc) => {
    const answers = JSON.parse(await inbox.accept([bad])) as AcceptAnswer[];
    expect(answers).toEqual([{ type: "unavailable", reason: "it could not be written" }]);
    expect(JSON.parse(await inbox.accept([event]))).toMatchObject([{ type: "accepted" }]);
  });
});

test("an inbox takes no more in one call", async () => {
  const stub = env.INBOX.getByName("batch-most");
  const event: IncomingEvent = {
    ...{ projectId: "batch-most", type: "onSubmit", kiliRunId: null, assetId: null, labelId: null },
    ...{ body: "{}", bodyBytes: 2, onlyPlugin: null, receivedAt: Date.now() },
  };
  await runInDurableObject(stub, async (inbox: InboxRpc) => {
    const tooMany = Array.from({ length: MAX_CALL_EVENTS + 1 }, () => event);
    await expect(inbox.accept(tooMany)).rejects.toThrow("Cannot take 101 events in a call, wanted 100 at most");
    expect(await inbox.accept([])).toBe("[]");
  });
});

test("a project whose inbox does not answer keeps no other's calls waiting", async () => {
  const stuck = Promise.withResolvers<string>();
  const accepted: AcceptAnswer = { type: "accepted", id: "ev_1", deliveries: 0 };
  const INBOX = {
    getByName: (project: string) => ({
      accept: () => (project === "stuck" ? stuck.promise : Promise.resolve(JSON.stringify([accepted]))),
    }),
  } as unknown as Env["INBOX"];
  const calls = [{ body: bodyFor("stuck") }, { body: bodyFor("free") }, { body: "{" }];
  const response = await acceptBatch(toRequest(calls), { ...host, INBOX });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const read = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
  let text = "";
  while (text.split("\n").length < 3) text += await read();
  const early = text.trimEnd().split("\n");
  expect(early.map((line) => (JSON.parse(line) as BatchedAnswer).call)).toEqual(expect.arrayContaining([1, 2]));
  stuck.reject(new Error("overloaded"));
  expect(JSON.parse(await read())).toMatchObject({ call: 0, status: 503, retryAfter: "5" });
  expect(await reader.read()).toMatchObject({ done: true });
});

test.each([
  ["no line", "[]"],
  ["no list", '{"plugin":null}\n'],
  ["calls that lack something", '[{"bodyBytes":0}]\n'],
  ["less than it says", '[{"plugin":null,"project":null,"authorization":null,"client":null,"bodyBytes":9}]\n{}'],
  ["more than it says", '[{"plugin":null,"project":null,"authorization":null,"client":null,"bodyBytes":1}]\n{}'],
  ["a length below zero", '[{"plugin":null,"project":null,"authorization":null,"client":null,"bodyBytes":-1}]\n'],
])("bytes that are no batch, with %s, are answered for nobody", async (_, text) => {
  await expect(acceptBatch(batchOf(new Blob([text])), host)).rejects.toThrow(/.+/);
});
