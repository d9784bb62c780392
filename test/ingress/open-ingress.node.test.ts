// Requests that an ingress passes on: to the runtime and back as they are, whatever becomes of either side.
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openIngress, type Ingress } from "../../cli/ingress/open-ingress.ts";
import { answerTo, beginCall, callIngress, readAnswer, sayRaw } from "./call-ingress.ts";
import { freePort, playRuntime, type Play, type PlayedRuntime, type RuntimePart } from "./play-runtime.ts";

const LARGE = Buffer.alloc(24 * 1024 * 1024, "a body that is larger than any room in between. ");
const END = "Connection: close\r\n\r\n";

let stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(runtimePort: number): Promise<Ingress> {
  const options = { host: "127.0.0.1", port: 0, runtimePort, secret: "supervisor", clientAddressHeader: "" };
  const ingress = await openIngress(options);
  stops.push(() => ingress.close());
  return ingress;
}

async function play(answer: Play, part: RuntimePart = {}): Promise<PlayedRuntime> {
  const runtime = await playRuntime(answer, part);
  stops.push(() => runtime.stop());
  return runtime;
}

async function openBoth(
  answer: Play,
  part: RuntimePart = {},
): Promise<{ readonly runtime: PlayedRuntime; readonly port: number }> {
  const runtime = await play(answer, part);
  const { port } = await open(runtime.port);
  return { runtime, port };
}

const sayFine: Play = async (request, response) => {
  await buffer(request);
  response.end("fine");
};
const sayBack: Play = (request, response) => pipeline(request, response.writeHead(200));

/** Without what the two connections say of themselves. */
function withoutConnection(rawHeaders: readonly string[]): string[] {
  const pairs = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""]] : []));
  return pairs.filter(([name]) => !/^(?:connection|keep-alive)$/i.test(name ?? "")).flat();
}

describe("a request", () => {
  it.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])("%s arrives as it is", async (method) => {
    const { runtime, port } = await openBoth(sayBack);
    const headers = ["X-OdD-cAsE", "1", "x-twice", "a", "Cookie", "a=b", "x-twice", "é\t", "X-Empty", ""];
    const path = "/a%2Fb//c/../d?x=1&y=%20&x=2?";
    const answer = await callIngress(port, { method, path, headers, body: "a body" });
    expect(answer).toMatchObject({ status: 200, body: Buffer.from("a body") });
    const [seen] = runtime.seen;
    expect(seen).toMatchObject({ method, url: path });
    expect(withoutConnection(seen?.rawHeaders ?? [])).toEqual([
      ...["Host", "kili.test", "X-OdD-cAsE", "1", "x-twice", "a", "Cookie", "a=b", "x-twice", "é", "X-Empty", ""],
      ...["Content-Length", "6"],
    ]);
    expect(runtime.seen).toHaveLength(1);
  });

  it("without a body gets none", async () => {
    const { runtime, port } = await openBoth(sayFine);
    for (const method of ["GET", "DELETE", "HEAD"]) await callIngress(port, { method });
    for (const { rawHeaders } of runtime.seen) expect(withoutConnection(rawHeaders)).toEqual(["Host", "kili.test"]);
  });

  it.each(["/%2e%2e/x", "/a%20b%zz", "/\\x", "/a|b{}^`\"<>'", "http://other.test/p?q=1", "*", "//webhook", "/?"])(
    "to %s has its target passed on unread",
    async (path) => {
      const { runtime, port } = await openBoth(sayFine);
      const said = await sayRaw(port, `OPTIONS ${path} HTTP/1.1\r\nHost: kili.test\r\n${END}`);
      expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(runtime.connections[0]?.startsWith(`OPTIONS ${path} HTTP/1.1\r\n`)).toBe(true);
    },
  );

  it("of HTTP/1.0 is passed on too", async () => {
    const { port } = await openBoth(sayFine);
    expect(await sayRaw(port, "GET / HTTP/1.0\r\nHost: kili.test\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 [^]*\r\nfine$/);
  });

  it("shares a connection to the runtime with those before it if it may be sent twice", async () => {
    const { runtime, port } = await openBoth(sayFine);
    for (const method of ["GET", "GET", "GET"]) await callIngress(port, { method });
    expect(runtime.connections).toHaveLength(1);
    await callIngress(port, { method: "POST", body: "x" });
    expect(runtime.connections).toHaveLength(2);
  });

  it("is sent once more where the connection it shares was closed just then", async () => {
    const perSocket = new Map<unknown, number>();
    const { port } = await openBoth((request, response) => {
      const nth = (perSocket.get(request.socket) ?? 0) + 1;
      perSocket.set(request.socket, nth);
      if (nth === 2) request.socket.destroy();
      else response.end("fine");
    });
    const answers = [];
    for (let call = 0; call < 4; call++) answers.push((await callIngress(port, {})).status);
    expect(answers).toEqual([200, 200, 200, 200]);
  });

  it("gets 503 for an answer that is none, and the next one is answered", async () => {
    const answers = ["HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n"];
    answers.push("HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
    const { port } = await openBoth((request, response) => {
      const bad = answers[Number(request.url?.slice(1))];
      if (bad === undefined) response.end("fine");
      else request.socket.end(bad);
    });
    for (const at of answers.keys()) expect((await callIngress(port, { path: `/${at}` })).status).toBe(503);
    expect((await callIngress(port, { path: "/fine" })).status).toBe(200);
  });

  it("that is large is not sent before the runtime reads it, and never if it is refused", async () => {
    const { runtime, port } = await openBoth(sayFine, { onLarge: "refuse" });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => callIngress(port, { method: "PUT", body: new Uint8Array(20 * 1024 * 1024) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    for (const said of runtime.connections) expect(said.length).toBeLessThan(4_096);
    const small = await callIngress(port, { method: "PUT", body: new Uint8Array(1_000) });
    expect(small.status).toBe(200);
  });

  it("that is large is sent to a runtime that never asks for it", async () => {
    const { runtime, port } = await openBoth(sayFine, { onLarge: "wait" });
    const answer = await callIngress(port, { method: "PUT", body: new Uint8Array(200_000) });
    expect(answer.status).toBe(200);
    expect(runtime.connections[0]?.length).toBeGreaterThan(200_000);
  });

  it("that is large gets 503 when the runtime dies over it, and harms nobody later on", async () => {
    const runtime = createServer((socket) => {
      socket.on("error", () => undefined).once("data", () => socket.destroy());
    });
    await once(runtime.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void runtime.close());
    const { port } = await open((runtime.address() as AddressInfo).port);
    const sent = { method: "PUT", body: new Uint8Array(200_000) };
    expect((await callIngress(port, sent)).status).toBe(503);
    // By then it would have been sent without having been asked for: an exception there would end the host.
    await sleep(1_200);
    expect((await callIngress(port, sent)).status).toBe(503);
  });

  it("that comes with others on one connection is answered in turn", async () => {
    const { port } = await openBoth(async (request, response) => {
      if (request.url === "/slow") await sleep(50);
      response.end(`<${request.url}>`);
    });
    const first = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    const said = await sayRaw(port, `${first}GET /quick HTTP/1.1\r\nHost: a\r\n${END}`);
    expect(said.match(/<.+?>/g)).toEqual(["</slow>", "</quick>"]);
  });

  it("has what is about its connection taken off", async () => {
    const { runtime, port } = await openBoth(async (request, response) => {
      await buffer(request);
      response.writeHead(200, [
        "Keep-Alive",
        "timeout=77",
        "Proxy-Authenticate",
        "Basic",
        "X-Kept",
        "1",
        "Trailer",
        "X",
      ]);
      response.end("fine");
    });
    const lines = [
      "TE: trailers",
      "Keep-Alive: timeout=3",
      "Proxy-Authorization: Basic eA==",
      "Proxy-Connection: close",
    ];
    const said = await sayRaw(
      port,
      `GET / HTTP/1.1\r\nHost: a\r\n${lines.join("\r\n")}\r\nUpgrade: h2c\r\nX-Kept: 1\r\nExpect: 100-continue\r\n${END}`,
    );
    expect(withoutConnection(runtime.seen[0]?.rawHeaders ?? [])).toEqual(["Host", "a", "X-Kept", "1"]);
    expect(said).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(said).toContain("X-Kept: 1\r\n");
    expect(said).not.toMatch(/timeout=77|proxy-authenticate|trailer/i);
  });

  it("has taken off what its connection header names", async () => {
    const { runtime, port } = await openBoth(sayFine);
    await sayRaw(port, "GET / HTTP/1.1\r\nHost: a\r\nX-Hop: 1\r\nX-Kept: 1\r\nConnection: close, X-Hop\r\n\r\n");
    expect(withoutConnection(runtime.seen[0]?.rawHeaders ?? [])).toEqual(["Host", "a", "X-Kept", "1"]);
  });
});

describe("an answer", () => {
  it("arrives as it is", async () => {
    const { port } = await openBoth((_, response) => {
      const cookies = ["Set-Cookie", "a=1; Path=/", "set-cookie", "b=2", "Set-Cookie", "c=é"];
      const headers = ["Date", "then", ...cookies, "X-OdD", "y", "x-empty", "", "Content-Length", "2"];
      response.writeHead(418, headers).end(Buffer.from("no"));
    });
    const answer = await callIngress(port, {});
    expect(answer).toMatchObject({ status: 418, body: Buffer.from("no") });
    expect(withoutConnection(answer.rawHeaders)).toEqual([
      ...["Date", "then", "Set-Cookie", "a=1; Path=/", "set-cookie", "b=2", "Set-Cookie", "c=é"],
      ...["X-OdD", "y", "x-empty", "", "Content-Length", "2"],
    ]);
  });

  it.each([204, 304])("of %i has no body, and the next comes on the same connection", async (status) => {
    const { port } = await openBoth((request, response) => {
      response.writeHead(request.url === "/last" ? 200 : status, { "x-kept": "1" }).end();
    });
    const first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const said = await sayRaw(port, `${first}GET /last HTTP/1.1\r\nHost: a\r\n${END}`);
    const [head = "", rest = ""] = said.split("\r\n\r\n", 2);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\nx-kept: 1\\r\\n`));
    expect(head).not.toMatch(/content-length|transfer-encoding/i);
    expect(rest).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("to HEAD has a length and no body, and the next comes on the same connection", async () => {
    const { port } = await openBoth((_, response) => void response.writeHead(200, { "content-length": 4 }).end("fine"));
    const first = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    const said = await sayRaw(port, `${first}GET / HTTP/1.1\r\nHost: a\r\n${END}`);
    expect(said.split("\r\n\r\n").map((part) => part.slice(0, 9))).toEqual(["HTTP/1.1 ", "HTTP/1.1 ", "fine"]);
    expect(said.match(/content-length: 4\r\n/g)).toHaveLength(2);
  });

  it("that breaks off in the middle breaks off", async () => {
    const { port } = await openBoth((_, response) => {
      response.writeHead(200).write("the first half");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(callIngress(port, {})).rejects.toThrow("aborted");
  });

  it("comes through before the request has ended", async () => {
    const { runtime, port } = await openBoth(sayBack);
    const begun = beginCall(port, { method: "POST", headers: ["Transfer-Encoding", "chunked"] });
    begun.write("one");
    const answer = await answerTo(begun);
    expect(await once(answer, "data")).toEqual([Buffer.from("one")]);
    begun.end("two");
    expect((await buffer(answer)).toString()).toBe("two");
    expect(runtime.seen).toHaveLength(1);
  });

  it("that comes before a large request was read arrives, whoever reads no more of it", async () => {
    const runtime = createServer((socket) => {
      socket
        .on("error", () => undefined)
        .once("data", () => {
          socket.pause().write("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large");
        });
    });
    await once(runtime.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void runtime.close());
    const { port } = await open((runtime.address() as AddressInfo).port);
    const answer = await callIngress(port, { method: "POST", body: LARGE });
    expect(answer).toMatchObject({ status: 413, body: Buffer.from("too large") });
  });
});

describe("a large body", () => {
  it("goes both ways, with a length and without", async () => {
    const { port } = await openBoth(sayBack);
    const sent = await callIngress(port, { method: "PUT", body: LARGE });
    expect(sent.body.equals(LARGE)).toBe(true);
    const begun = beginCall(port, { method: "POST", headers: ["Transfer-Encoding", "chunked"] });
    const answered = readAnswer(begun);
    for (let at = 0; at < LARGE.byteLength; at += 100_003) begun.write(LARGE.subarray(at, at + 100_003));
    begun.end();
    expect((await answered).body.equals(LARGE)).toBe(true);
  });

  it("is not taken in faster than it is read", async () => {
    let left = 0;
    const { port } = await openBoth((_, response) => {
      response.writeHead(200).write(LARGE);
      setInterval(() => (left = response.writableLength), 10).unref();
    });
    const socket = connect(port, "127.0.0.1");
    socket.pause().write(`GET / HTTP/1.1\r\nHost: a\r\n${END}`);
    onTestFinished(() => void socket.destroy());
    await vi.waitFor(() => expect(left).toBeGreaterThan(0));
    await sleep(200);
    expect(left).toBeGreaterThan(0);
  });
});

describe("a body in chunks", () => {
  const inner = "POST /supervisor/drain HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
  const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;

  it.each(["DELETE", "GET", "OPTIONS", "POST", "HEAD", "TRACE"])(
    "of %s is never the next request, for a runtime that is there or comes later",
    async (method) => {
      const later = await freePort();
      const { port } = await open(later);
      const head = `${method} /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n`;
      const first = sayRaw(port, `${head}${END}${chunk}`);
      await sleep(150);
      const bodies: string[] = [];
      const runtime = await play(
        async (request, response) => {
          bodies.push((await buffer(request)).toString());
          response.end("fine");
        },
        { port: later },
      );
      expect(await first).toMatch(/^HTTP\/1\.1 200 /);
      expect(await sayRaw(port, `${head}${END}${chunk}`)).toMatch(/^HTTP\/1\.1 200 /);
      expect(runtime.seen.map(({ url }) => url)).toEqual(["/x", "/x"]);
      expect(bodies).toEqual([inner, inner]);
    },
  );

  it.each([
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: +5",
    "Content-Length: 5, 5",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    " Transfer-Encoding: chunked",
    "X: y\nTransfer-Encoding: chunked",
  ])("that is not clearly one is refused: %j", async (lines) => {
    const { runtime, port } = await openBoth(sayFine);
    const said = await sayRaw(port, `DELETE /x HTTP/1.1\r\nHost: a\r\n${lines}\r\n${END}${chunk}`);
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(runtime.connections.join("")).not.toContain("drain");
    expect((await callIngress(port, {})).status).toBe(200);
  });

  it.each(["Chunked", "CHUNKED", "chunked, chunked", "gzip, chunked"])("that is %s is read once", async (coding) => {
    const { runtime, port } = await openBoth(sayFine);
    await sayRaw(port, `DELETE /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${coding}\r\n${END}${chunk}`);
    await callIngress(port, { path: "/next" });
    expect(runtime.seen.map(({ url }) => url).filter((url) => url !== "/x")).toEqual(["/next"]);
  });
});

describe("the supervisor's door", () => {
  it.each(["/supervisor/drain", "//supervisor/drain", "///supervisor/webhooks", "/supervisor", "/supervisor/"])(
    "%s is not there for others",
    async (path) => {
      const { runtime, port } = await openBoth(sayFine);
      for (const method of ["POST", "GET", "DELETE"]) {
        const answer = await callIngress(port, { method, path, headers: ["Authorization", "Bearer supervisor"] });
        expect(answer).toMatchObject({ status: 404, body: Buffer.from("404 Not Found") });
      }
      expect(runtime.seen).toEqual([]);
    },
  );

  it("has neighbours that are", async () => {
    const { port } = await openBoth(sayFine);
    for (const path of ["/supervisors", "/x/supervisor/drain"])
      expect(await callIngress(port, { path })).toMatchObject({ status: 200 });
  });
});

describe("a client that hangs up", () => {
  it("is waited for by nobody, before its answer and during it", async () => {
    const gone: string[] = [];
    const { runtime, port } = await openBoth((request, response) => {
      if (request.url === "/during") response.writeHead(200).write("the first half");
      response.on("close", () => gone.push(request.url ?? ""));
    });
    const before = beginCall(port, { path: "/before" }).on("error", () => undefined);
    before.end();
    await vi.waitFor(() => expect(runtime.seen).toHaveLength(1));
    expect(gone).toEqual([]);
    before.destroy();
    await vi.waitFor(() => expect(gone).toEqual(["/before"]));
    const during = beginCall(port, { path: "/during" }).on("error", () => undefined);
    during.end();
    const answer = await answerTo(during);
    await once(answer, "data");
    during.destroy();
    await vi.waitFor(() => expect(gone).toEqual(["/before", "/during"]));
  });

  it("in the middle of its body leaves no whole request", async () => {
    const read: string[] = [];
    const { runtime, port } = await openBoth(async (request) => {
      await buffer(request).then(
        () => read.push("whole"),
        () => read.push("broken"),
      );
    });
    const half = beginCall(port, { method: "POST", headers: ["Content-Length", "10"] }).on("error", () => undefined);
    half.write("12345");
    await vi.waitFor(() => expect(runtime.connections[0]).toContain("12345"));
    half.destroy();
    await vi.waitFor(() => expect(read).toEqual(["broken"]));
  });

  it("while it waits for a runtime is not passed on", async () => {
    const later = await freePort();
    const { port } = await open(later);
    const gone = beginCall(port, { path: "/gone" }).on("error", () => undefined);
    gone.end();
    await sleep(150);
    gone.destroy();
    await sleep(50);
    const runtime = await play(sayFine, { port: later });
    await callIngress(port, { path: "/next" });
    await sleep(150);
    expect(runtime.seen.map(({ url }) => url)).toEqual(["/next"]);
  });
});

describe("a runtime", () => {
  it("that is not there yet is waited for, with a body or without", async () => {
    const later = await freePort();
    const { port } = await open(later);
    const got = callIngress(port, { path: "/a" });
    const sent = callIngress(port, { method: "PUT", path: "/b", body: LARGE });
    await sleep(500);
    await play(sayBack, { port: later });
    expect(await got).toMatchObject({ status: 200 });
    expect((await sent).body.equals(LARGE)).toBe(true);
  });

  it("that is waited for leaves no warnings", async () => {
    const warned: string[] = [];
    const onWarning = ({ message }: Error): number => warned.push(message);
    process.on("warning", onWarning);
    onTestFinished(() => void process.off("warning", onWarning));
    const later = await freePort();
    const { port } = await open(later);
    const got = callIngress(port, {});
    await sleep(1_500);
    await play(sayFine, { port: later });
    expect(await got).toMatchObject({ status: 200 });
    expect(warned).toEqual([]);
  });

  it("that dies under a request is said to be away", async () => {
    const { port } = await openBoth(async (request, response) => {
      await buffer(request);
      response.destroy();
    });
    const answer = await callIngress(port, { method: "POST", body: "x" });
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1", "content-type": "application/json" } });
    expect(answer.body.toString()).toContain("the runtime did not answer");
  });

  it("that dies in the middle of an upload is said to be away", async () => {
    const { port } = await openBoth((request) => void request.once("data", () => request.destroy()));
    expect(await callIngress(port, { method: "POST", body: LARGE })).toMatchObject({ status: 503 });
  });

  it("that was started again is reached by the next request", async () => {
    const { runtime, port } = await openBoth(sayFine);
    expect((await callIngress(port, {})).status).toBe(200);
    await runtime.stop();
    stops = stops.slice(1);
    const waits = callIngress(port, {});
    await sleep(150);
    await play(sayFine, { port: runtime.port });
    expect((await waits).status).toBe(200);
    expect((await callIngress(port, {})).status).toBe(200);
  });
});

describe("an ingress", () => {
  it.each([
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n",
    "NOTHING / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /é HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\x7f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n",
  ])("refuses %j and lives on", async (text) => {
    const { port } = await openBoth(sayFine);
    expect(await sayRaw(port, text)).toMatch(/^HTTP\/1\.1 (?:400|505) /);
    expect((await callIngress(port, {})).status).toBe(200);
  });

  it("refuses a port that is taken", async () => {
    const { runtime } = await openBoth(sayFine);
    const options = { host: "127.0.0.1", port: runtime.port, runtimePort: 1, secret: "s", clientAddressHeader: "" };
    await expect(openIngress(options)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("that was closed listens no longer, whatever is under way", async () => {
    const runtime = await play(() => undefined);
    const ingress = await open(runtime.port);
    const waits = callIngress(ingress.port, {});
    waits.catch(() => undefined);
    await vi.waitFor(() => expect(runtime.seen).toHaveLength(1));
    await ingress.close();
    stops = stops.slice(0, 1);
    await expect(waits).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(callIngress(ingress.port, {})).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
