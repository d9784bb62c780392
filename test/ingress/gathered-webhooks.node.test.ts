// Calls of the webhook at an ingress: whose are gathered, what the runtime is handed of them, and that each is answered
// whatever becomes of the runtime.
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openIngress, type Ingress } from "../../cli/ingress/open-ingress.ts";
import { beginCall, callIngress, readAnswer, type Answered, type Sent } from "./call-ingress.ts";
import {
  freePort,
  playRuntime,
  readCalls,
  toLine,
  type Play,
  type PlayedRuntime,
  type SeenCall,
} from "./play-runtime.ts";

// A call that is forgotten hangs.
vi.setConfig({ testTimeout: 20_000 });

const KNOWN = "Bearer known";
const GATHERED_BYTES = 256 * 1024;

let runtime: PlayedRuntime | null;
let ingress: Ingress;
/** The calls of each batch. */
let batches: SeenCall[][];
/** What to do with a batch; answers each call with its own body where a test does not say. */
let onBatch: (calls: readonly SeenCall[], ...played: Parameters<Play>) => void;

beforeEach(() => {
  [runtime, batches] = [null, []];
  onBatch = (calls, _, response) => response.end(calls.map(({ text }, call) => toLine({ call, body: text })).join(""));
});

afterEach(async () => {
  await ingress.close();
  await runtime?.stop();
});

/** Lets in who says they are known, 202, and nobody else. */
const takeCalls: Play = async (request, response) => {
  if (request.url === "/supervisor/webhooks") {
    const calls = await readCalls(request);
    batches.push(calls);
    onBatch(calls, request, response);
    return;
  }
  const body = await buffer(request);
  response.writeHead(request.headers.authorization === KNOWN ? 202 : 401).end(body);
};

async function open(port?: number, clientAddressHeader = ""): Promise<void> {
  if (port === undefined) runtime = await playRuntime(takeCalls);
  const runtimePort = port ?? runtime?.port ?? 0;
  ingress = await openIngress({ host: "127.0.0.1", port: 0, runtimePort, secret: "supervisor", clientAddressHeader });
}

function post(body: string | Uint8Array, { path = "/webhook", headers = [] }: Sent = {}): Promise<Answered> {
  return callIngress(ingress.port, { method: "POST", path, headers: ["Authorization", KNOWN, ...headers], body });
}

/** An ingress whose runtime has let its sender in. */
async function openKnown(clientAddressHeader = ""): Promise<void> {
  await open(undefined, clientAddressHeader);
  await post("the first");
}

function urls(): (string | undefined)[] {
  return runtime?.seen.map(({ url }) => url) ?? [];
}

describe("whose calls are gathered", () => {
  it("are a sender's that was let in, by the same words", async () => {
    await open();
    await post("a", { path: "/webhook?project=p" });
    expect(urls()).toEqual(["/webhook?project=p"]);
    expect(await post("b")).toMatchObject({ status: 202, body: Buffer.from("b") });
    expect(batches).toMatchObject([[{ authorization: KNOWN, text: "b" }]]);
    for (const other of ["Bearer other", "bearer known", "Bearer  known", "known"]) {
      const sent = { method: "POST", path: "/webhook", body: "c", headers: ["Authorization", other] };
      expect(await callIngress(ingress.port, sent)).toMatchObject({ status: 401 });
    }
    expect(await callIngress(ingress.port, { method: "POST", path: "/webhook", body: "c" })).toMatchObject({
      status: 401,
    });
    expect(batches).toHaveLength(1);
  });

  it("are nobody's whose secret is wrong, however often", async () => {
    await open();
    const sent = { method: "POST", path: "/webhook/a", headers: ["Authorization", "Bearer wrong"], body: "x" };
    for (let time = 0; time < 5; time += 1)
      expect(await callIngress(ingress.port, sent)).toMatchObject({ status: 401 });
    expect(batches).toEqual([]);
    expect(urls()).toEqual(Array.from({ length: 5 }, () => "/webhook/a"));
  });

  it("are nobody's for an answer to something else", async () => {
    await open();
    const headers = ["Authorization", KNOWN];
    for (const [method, path] of [
      ["GET", "/webhook"],
      ["PUT", "/webhook"],
      ["POST", "/graphql"],
      ["POST", "/webhook/"],
    ] as const)
      expect((await callIngress(ingress.port, { method, path, headers, body: "x" })).status).toBe(202);
    await post("the first");
    expect(batches).toEqual([]);
  });

  it("are those for a plugin too, whichever came first", async () => {
    await open();
    await post("a", { path: "/webhook/one" });
    await post("b", { path: "/webhook/two?project=x%20y" });
    await post("c");
    expect(batches.flat().map(({ plugin, project }) => ({ plugin, project }))).toEqual([
      { plugin: "two", project: "x y" },
      { plugin: null, project: null },
    ]);
  });

  it("are passed on where the body is large, or does not say its length", async () => {
    await openKnown();
    await post("x".repeat(GATHERED_BYTES));
    expect(batches).toHaveLength(1);
    const large = await post("y".repeat(GATHERED_BYTES + 1));
    expect(large.body.byteLength).toBe(GATHERED_BYTES + 1);
    const headers = ["Authorization", KNOWN, "Transfer-Encoding", "chunked"];
    const begun = beginCall(ingress.port, { method: "POST", path: "/webhook", headers });
    begun.end("in chunks");
    expect(await readAnswer(begun)).toMatchObject({ status: 202, body: Buffer.from("in chunks") });
    expect(batches).toHaveLength(1);
    expect(urls()).toEqual(["/webhook", "/supervisor/webhooks", "/webhook", "/webhook"]);
  });

  it.each([
    "/%77ebhook",
    "/webhook/",
    "/webhook/a%2Db",
    "/webhook/a/b",
    "//webhook",
    "/webhook/..",
    "http://kili.test/webhook",
    "http://kili.test/webhook?project=p",
  ])("are passed on to %s", async (path) => {
    await openKnown();
    expect(await post("x", { path })).toMatchObject({ status: 202, body: Buffer.from("x") });
    expect(batches).toEqual([]);
    expect(urls()).toEqual(["/webhook", path]);
  });
});

describe("a batch", () => {
  it("is handed over with the supervisor's secret", async () => {
    await openKnown();
    await post("a");
    const seen = runtime?.seen.at(-1);
    expect(seen).toMatchObject({
      method: "POST",
      url: "/supervisor/webhooks",
      headers: { authorization: "Bearer supervisor" },
    });
    expect(seen?.headers["content-length"]).toMatch(/^\d+$/);
  });

  it("has what came together, and each is given its own answer", async () => {
    await openKnown();
    onBatch = (calls, _, response) => {
      const lines = calls.map(({ text }, call) =>
        toLine({ call, status: 200 + (call % 3), body: `"${text} 🐟\u2028"` }),
      );
      // Backwards, and cut in the middle of a line and of a letter.
      const bytes = Buffer.from(lines.toReversed().join(""));
      for (let at = 0; at < bytes.byteLength; at += 7) response.write(bytes.subarray(at, at + 7));
      response.end();
    };
    const bodies = Array.from({ length: 300 }, (_, index) => `${index}\n${"x".repeat(index * 10)}`);
    const answers = await Promise.all(bodies.map((body) => post(body)));
    expect(answers.map(({ body }) => body.toString())).toEqual(bodies.map((body) => `"${body} 🐟\u2028"`));
    expect(
      batches
        .flat()
        .map(({ text }) => text)
        .toSorted(),
    ).toEqual(bodies.toSorted());
    expect(batches.length).toBeLessThan(bodies.length);
    expect(Math.max(...batches.map((calls) => calls.length))).toBeLessThanOrEqual(100);
  });

  it("has bodies as they are", async () => {
    await openKnown();
    for (const text of ["", "\n", "é\u2028", "[]\n{}"]) await post(text);
    expect(batches.flat().map(({ text, bodyBytes }) => ({ text, bodyBytes }))).toEqual(
      ["", "\n", "é\u2028", "[]\n{}"].map((text) => ({ text, bodyBytes: Buffer.byteLength(text) })),
    );
  });

  it("has the client's address as the proxy's header says it", async () => {
    await openKnown(" X-Forwarded-For ");
    await post("a", { headers: ["x-forwarded-for", "192.0.2.1, 192.0.2.2", "X-Forwarded-For", "192.0.2.3"] });
    await post("b");
    expect(batches.flat().map(({ client }) => client)).toEqual(["192.0.2.1, 192.0.2.2, 192.0.2.3", null]);
  });

  it("has no address where no header is named", async () => {
    await openKnown();
    await post("a", { headers: ["X-Forwarded-For", "192.0.2.1"] });
    expect(batches.flat().map(({ client }) => client)).toEqual([null]);
  });

  it("gives answers as soon as they come, with what they say of trying again", async () => {
    await openKnown();
    const held = Promise.withResolvers<void>();
    onBatch = (calls, _, response) => {
      const late = calls.findIndex(({ text }) => text === "late");
      calls.forEach((__, call) => {
        if (call !== late) response.write(toLine({ call, status: 503, retryAfter: "7", body: '{"error":"é"}' }));
      });
      // As a stream that has begun says no more for now.
      if (late < 0) response.end();
      else void held.promise.then(() => response.end(toLine({ call: late })));
    };
    const late = post("late");
    const soon = await post("soon");
    expect(soon).toMatchObject({
      status: 503,
      body: Buffer.from('{"error":"é"}'),
      headers: { "retry-after": "7", "content-type": "application/json", "content-length": "14" },
    });
    held.resolve();
    const answer = await late;
    expect(answer).toMatchObject({ status: 202 });
    expect(answer.headers).not.toHaveProperty("retry-after");
  });
});

describe("a runtime that is being started again", () => {
  it("is waited for by whoever calls for the first time", async () => {
    const port = await freePort();
    await open(port);
    const waits = Promise.all([post("a"), post("b")]);
    await sleep(500);
    runtime = await playRuntime(takeCalls, { port: port ?? 0 });
    expect(await waits).toMatchObject([{ status: 202 }, { status: 202 }]);
    expect(urls()).toEqual(["/webhook", "/webhook"]);
  });

  it("is waited for by gathered calls", async () => {
    await openKnown();
    const port = runtime?.port;
    await runtime?.stop();
    const bodies = Array.from({ length: 150 }, (_, index) => `call ${index}`);
    const waits = Promise.all(bodies.map((body) => post(body)));
    await sleep(500);
    runtime = await playRuntime(takeCalls, { port: port ?? 0 });
    expect((await waits).map(({ status, body }) => `${status} ${body.toString()}`)).toEqual(
      bodies.map((body) => `202 ${body}`),
    );
    expect(batches.flat()).toHaveLength(150);
  });

  it("gets one gathered call that nothing comes after", async () => {
    await openKnown();
    const port = runtime?.port;
    await runtime?.stop();
    const waits = post("alone");
    await sleep(500);
    runtime = await playRuntime(takeCalls, { port: port ?? 0 });
    expect(await waits).toMatchObject({ status: 202, body: Buffer.from("alone") });
  });

  it.each([
    "before its answer",
    "in the middle of it",
    "in the middle of a line",
    "with another status",
    "with nonsense",
  ])("and dies under a batch %s gets what it did not answer again", async (when) => {
    await openKnown();
    const answerAll = onBatch;
    onBatch = (_, request, response) => {
      onBatch = answerAll;
      const line = toLine({ call: 0, body: "from before" });
      if (when === "before its answer") request.socket.destroy();
      else if (when === "with another status") response.writeHead(500).end(line);
      else if (when === "with nonsense") response.end(`${line}no JSON\n`);
      else response.write(when === "in the middle of it" ? line : `${line}{"call":0`, () => request.socket.destroy());
    };
    const answers = await Promise.all(["a", "b", "c"].map((body) => post(body)));
    for (const { status } of answers) expect(status).toBe(202);
    const again = ["before its answer", "with another status"].includes(when);
    const first = batches[0]?.[0]?.text;
    const expected = ["a", "b", "c"].map((body) => (!again && body === first ? "from before" : body));
    expect(answers.map(({ body }) => body.toString())).toEqual(expected);
    expect(batches.flat().filter(({ text }) => text === first)).toHaveLength(again ? 2 : 1);
  });

  it("and dies of every batch is given up, and each sender is told", async () => {
    await openKnown();
    onBatch = (_, { socket }) => socket.destroy();
    const answer = await post("deadly");
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: "runtime_unavailable" } });
    expect(batches.flat().map(({ text }) => text)).toEqual(["deadly", "deadly", "deadly"]);
  });
});

describe("who goes", () => {
  it("in the middle of a body is not in a batch", async () => {
    await openKnown();
    const headers = ["Authorization", KNOWN, "Content-Length", "10"];
    const half = beginCall(ingress.port, { method: "POST", path: "/webhook", headers }).on("error", () => undefined);
    half.write("12345");
    await sleep(50);
    half.destroy();
    await post("next");
    expect(batches.flat().map(({ text }) => text)).toEqual(["next"]);
  });

  it("is told so by an ingress that is closed, where it waits for a runtime", async () => {
    await openKnown();
    await runtime?.stop();
    const waits = Promise.all(["a", "b"].map((body) => post(body)));
    waits.catch(() => undefined);
    await sleep(30);
    await ingress.close();
    for (const answer of await waits) {
      expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
      expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: "shutting_down" } });
    }
  });
});
