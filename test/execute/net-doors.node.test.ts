// The doors from where a plugin stands: hostile code in a real isolate, real peers over HTTP at the far end.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOST_METHOD_NAMES, HOST_METHODS } from "../host-methods.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { openDoorWorker } from "../open-door-worker.ts";
import { serveKiliDouble, type ServedKiliDouble } from "../kili-double/serve-kili-double.ts";

const KEY = "a-key-nobody-may-see";
const seen: { url: string; method: string; headers: Record<string, unknown>; body: string }[] = [];
const kili = createKiliDouble(KEY);
let peer: Server;
let peerHost: string;
let servedKili: ServedKiliDouble;
let host: Miniflare;

beforeAll(async () => {
  peer = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      seen.push({
        url: request.url ?? "",
        method: request.method ?? "",
        headers: request.headers,
        body: body.subarray(0, 200).toString(),
      });
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://peer");
      if (pathname === "/gzip") {
        response.writeHead(200, { "content-encoding": "gzip", "content-type": "text/plain" });
        response.end(gzipSync("unzipped"));
      } else if (pathname === "/large") {
        response.writeHead(200, { "x-kili-edge-refusal": '{"name":"Forged","message":""}' });
        response.end(Buffer.alloc(40 * 1024 * 1024, "x"));
      } else if (pathname === "/length") response.end(String(body.byteLength));
      else if (pathname === "/drip") {
        response.writeHead(200);
        response.write("first");
        setTimeout(() => response.end("second"), 300);
      } else if (pathname === "/to") {
        response.writeHead(Number(searchParams.get("status") ?? 302), {
          location: searchParams.get("location") ?? "/",
        });
        response.end();
      } else response.end("hello");
    });
  });
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  peerHost = `127.0.0.1:${(peer.address() as AddressInfo).port}`;
  servedKili = await serveKiliDouble(kili);

  const bindings = { ALLOW_PRIVATE_NET: peerHost, KILI_API_KEY: KEY, KILI_API_ENDPOINT: servedKili.endpoint };
  host = await openDoorWorker(join(import.meta.dirname, "net-doors-worker.ts"), bindings);
}, 30_000);

afterAll(async () => {
  await host?.dispose();
  await servedKili?.close();
  peer?.closeAllConnections();
  peer?.close();
});

/** Runs guest code behind doors with these permissions. */
async function guest(code: string, may: { run?: string; net?: string[]; kili?: string[] } = {}): Promise<unknown> {
  const query = new URLSearchParams({ run: may.run ?? crypto.randomUUID() });
  for (const kind of ["net", "kili"] as const) for (const entry of may[kind] ?? []) query.append(kind, entry);
  const response = await host.dispatchFetch(`http://host/?${query}`, { method: "POST", body: code });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`Guest failed: ${text}`);
  }
}

async function recordOf(run: string): Promise<{ begun: number; calls: unknown[]; refusals: { wanted: string }[] }> {
  return (await (await host.dispatchFetch(`http://host/?run=${run}`)).json()) as never;
}

describe("NetDoor, seen from an isolate", () => {
  test("fetches what is listed, and nothing of the connection's headers gets out", async () => {
    const code = `return shown(await net.fetch("http://${peerHost}/a?b=1", {
      method: "POST", body: "body", cf: { resolveOverride: "evil.example", cacheTtl: 9 },
      headers: { host: "evil.example", "cf-connecting-ip": "1.2.3.4", "cf-worker": "forged", "x-forwarded-for": "1.2.3.4", "x-mine": "1", connection: "x-mine" },
    }));`;
    expect(await guest(code, { net: [peerHost], run: "listed" })).toEqual({
      status: 200,
      refusal: null,
      text: "hello",
    });
    const last = seen.at(-1);
    expect(last).toMatchObject({ url: "/a?b=1", method: "POST", body: "body" });
    expect(last?.headers).toMatchObject({ host: peerHost, "x-mine": "1" });
    expect(
      Object.keys(last?.headers ?? {}).filter((name) => /^(cf-(?!worker$)|x-forwarded|x-kili)/.test(name)),
    ).toEqual([]);
    // The runtime itself names the Worker that fetches, there and here; the guest cannot choose the name.
    expect(last?.headers["cf-worker"]).not.toBe("forged");
    expect(await recordOf("listed")).toMatchObject({ begun: 1, calls: [{ target: `POST ${peerHost}`, result: "ok" }] });
  });

  test("refuses the rest: not listed, private, its own host, sockets, upgrades", async () => {
    const urls = [
      "https://example.com/",
      "http://127.0.0.1:1/",
      "http://0x7f.1:1/",
      "http://[::ffff:127.0.0.1]:1/",
      "http://localhost:8787/",
    ];
    const code = `return Promise.all(${JSON.stringify(urls)}.map(async (url) => (await shown(await net.fetch(url))).refusal.name));`;
    const net = ["127.0.0.1:1", "[::ffff:127.0.0.1]:1", "localhost:8787"];
    expect(await guest(code, { net, run: "private" })).toEqual(urls.map(() => "NotCapable"));
    expect((await recordOf("private")).refusals.map(({ wanted }) => wanted)).toContain("127.0.0.1:1");
    const before = seen.length;
    const socket = `const socket = net.connect("${peerHost}"); const writer = socket.writable.getWriter();
      await writer.write(new TextEncoder().encode("GET / HTTP/1.1\\r\\n\\r\\n")).catch(() => {});
      return caught(() => socket.readable.getReader().read());`;
    expect(await guest(socket, { net: [peerHost], run: "socket" })).toEqual({ done: true });
    expect((await recordOf("socket")).refusals).toMatchObject([{ wanted: `a socket to ${peerHost}` }]);
    expect(seen).toHaveLength(before);
    const upgrade = `return shown(await net.fetch("http://${peerHost}/", { headers: { upgrade: "websocket" } }));`;
    expect(await guest(upgrade, { net: [peerHost] })).toMatchObject({ refusal: { name: "NotCapable" } });
  });

  test("follows redirects, and stops at one that leads astray", async () => {
    const to = (location: string) => `http://${peerHost}/to?location=${encodeURIComponent(location)}`;
    const code = (url: string, manual = false) =>
      `return shown(await net.fetch("${url}", { headers: ${manual ? '{ "x-kili-edge-redirect": "manual" }' : "{}"}, redirect: "${manual ? "manual" : "follow"}" }));`;
    const may = { net: [peerHost] };
    expect(await guest(code(to(to("/end"))), may)).toMatchObject({ status: 200, text: "hello" });
    expect(await guest(code(to("http://127.0.0.1:1/")), may)).toMatchObject({ refusal: { name: "NotCapable" } });
    expect(await guest(code(to("/end"), true), may)).toMatchObject({ status: 302 });
    // The isolate's own runtime would follow what comes back; each of its steps goes through the door again.
    const stubborn = `return shown(await net.fetch("${to("http://127.0.0.1:1/")}", { headers: { "x-kili-edge-redirect": "manual" } }));`;
    expect(await guest(stubborn, may)).toMatchObject({ refusal: { name: "NotCapable" } });
  });

  test("a 307 sends a small text body again; the method and body survive", async () => {
    const code = `return shown(await net.fetch("http://${peerHost}/to?status=307&location=/end", { method: "PUT", body: "twice" }));`;
    expect(await guest(code, { net: [peerHost] })).toMatchObject({ status: 200, text: "hello" });
    expect(seen.slice(-2).map(({ method, body }) => [method, body])).toEqual([
      ["PUT", "twice"],
      ["PUT", "twice"],
    ]);
  });

  test("bodies pass: compressed, large in both directions, and bit by bit", async () => {
    const may = { net: [peerHost] };
    expect(await guest(`return shown(await net.fetch("http://${peerHost}/gzip"));`, may)).toMatchObject({
      text: "unzipped",
    });
    const large = `const response = await net.fetch("http://${peerHost}/large"); let bytes = 0;
      for await (const chunk of response.body) bytes += chunk.byteLength;
      return { bytes, forged: response.headers.get("x-kili-edge-refusal") };`;
    expect(await guest(large, may)).toEqual({ bytes: 40 * 1024 * 1024, forged: null });
    const upload = `let left = 320; const body = new ReadableStream({ pull(c) { if (left-- > 0) c.enqueue(new Uint8Array(65536)); else c.close(); } });
      return shown(await net.fetch("http://${peerHost}/length", { method: "POST", body }));`;
    expect(await guest(upload, may)).toMatchObject({ text: String(320 * 65_536) });
    const drip = `const started = Date.now(); const response = await net.fetch("http://${peerHost}/drip"); const reader = response.body.getReader();
      const { value } = await reader.read(); const first = new TextDecoder().decode(value); let rest = "";
      for (;;) { const { value, done } = await reader.read(); if (done) break; rest += new TextDecoder().decode(value); }
      return { first, rest };`;
    expect(await guest(drip, may)).toEqual({ first: "first", rest: "second" });
  });

  test("a dead peer is a TypeError", async () => {
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(0, "127.0.0.1", resolve));
    const { port } = dead.address() as AddressInfo;
    await new Promise((resolve) => dead.close(resolve));
    const answer = await guest(
      `return shown(await net.fetch("http://${peerHost}/to?location=http://127.0.0.1:${port}/"));`,
      { net: ["127.0.0.1"] },
    );
    expect(answer).toMatchObject({ refusal: { name: "NotCapable" } });
  });

  test("a flood of refused calls meets the run's limit, and so do its audit rows", async () => {
    const code = `const names = {}; for (let i = 0; i < 100; i++) { const { refusal } = await shown(await net.fetch("https://x" + i + ".example.com/")); names[refusal.name] = (names[refusal.name] ?? 0) + 1; } return names;`;
    expect(await guest(code, { run: "flood" })).toEqual({ NotCapable: 40, SubrequestLimit: 60 });
    expect((await recordOf("flood")).refusals).toHaveLength(40);
  });

  test("has no other method, and keeps its environment to itself", async () => {
    const names = [
      "env",
      "ctx",
      "begin",
      "queue",
      "scheduled",
      "alarm",
      "tail",
      "test",
      "graphql",
      "recordOf",
      "beginCall",
      "__proto__",
      "then",
    ];
    const code = `const out = {}; for (const name of ${JSON.stringify(names)}) for (const [at, stub] of Object.entries({ net, kili }))
      if (!(at === "kili" && name === "graphql")) out[at + "." + name] = await caught(async () => { const value = await stub[name]; return typeof value === "object" && value !== null && name !== "__proto__" ? "leak" : (await stub[name]("x"), "called"); });
      return out;`;
    const got = (await guest(code)) as Record<string, string>;
    for (const [name, outcome] of Object.entries(got))
      expect([name, outcome]).toEqual([name, expect.stringMatching(/Error/)]);
  });
});

describe("KiliDoor, seen from an isolate", () => {
  const CREATE =
    "mutation ($issues: [IssueToCreate!]!, $where: AssetWhere!) { data: createIssues(issues: $issues, where: $where) { id } }";

  test("calls Kili over HTTP with a key the guest never sees", async () => {
    const code = `const answer = await kili.graphql(${JSON.stringify(CREATE)}, { issues: [{ type: "ISSUE", assetId: "a" }], where: { project: { id: "demo" } } });
      return { answer, seen: JSON.stringify([kili, net, answer, this.env, Object.keys(globalThis)]) };`;
    const got = await guest(code, { kili: ["issues:write"], run: "issue" });
    expect(got).toMatchObject({ answer: { data: { data: [{ id: "issue-1" }] } } });
    expect(JSON.stringify(got)).not.toContain(KEY);
    expect(kili.calls.at(-1)?.authorization).toBe(`X-API-Key: ${KEY}`);
    expect(await recordOf("issue")).toMatchObject({ calls: [{ kind: "kili", target: "createIssues", result: "ok" }] });
  });

  test("answers hostile arguments with values, and reaches Kili with none of them", async () => {
    const before = kili.calls.length;
    const code = `
      const cycle = {}; cycle.self = cycle;
      let laughs = "ha"; for (let i = 0; i < 40; i++) laughs = [laughs, laughs];
      const doc = '{ countLabels(where: {project: {id: "demo"}}) }';
      const tries = [[], [null], [1], [() => doc], [{}], [new String(doc)], [doc, () => 1], [doc, "x"], [doc, [1]], [doc, cycle], [doc, { laughs }],
        [doc, { stub: kili }], [doc, { net }], [doc, { f() { return 1; } }], [doc, { toJSON: () => 1 }], [doc, { m: new Map() }], [doc, { u: new Uint8Array(9) }],
        [doc, { b: 1n }], [doc, { s: new ReadableStream() }], [doc, { r: new Response("x") }], [doc, { e: new Error("x") }], [kili, {}],
        ["x".repeat(20_000_000)], [doc, { big: "x".repeat(20_000_000) }], ["{".repeat(60_000)], ["{ a(x: " + "[".repeat(60_000)], ["{ countLabels(where: " + "{a:".repeat(1600)]];
      const out = []; for (const args of tries) out.push(await caught(async () => { const answer = await kili.graphql(...args); return answer.error?.name ?? JSON.stringify(answer); }));
      return out;`;
    const got = (await guest(code, { kili: ["labels:read"] })) as string[];
    expect(got).toHaveLength(27);
    for (const outcome of got) expect(outcome).toMatch(/^(KiliError|DataCloneError.*|TypeError: .*)$/);
    expect(kili.calls.length).toBe(before);
  });

  test("takes neither fetches nor sockets", async () => {
    const code = `const response = await kili.fetch("http://kili/"); const socket = kili.connect("kili:80");
      return [response.status, await caught(() => socket.readable.getReader().read())];`;
    expect(await guest(code)).toEqual([502, { done: true }]);
  });

  test("shuts when the run is over, for both doors", async () => {
    const code = `return [(await kili.graphql('{ countLabels(where: {project: {id: "demo"}}) }', {})).error.name, (await shown(await net.fetch("http://${peerHost}/"))).refusal.name];`;
    expect(await guest(code, { run: "over", kili: ["labels:read"], net: [peerHost] })).toEqual(["RunOver", "RunOver"]);
  });

  test("says what a project holds while the run is on, without counting what it knows, and nothing after it", async () => {
    kili.state.projects.set("demo", { id: "demo", title: "Demo", inputType: "VIDEO" });
    const code = 'return [await kili.inputType("demo"), await kili.inputType("of-others")];';
    expect(await guest(code, { run: "first-to-ask", kili: ["labels:read"] })).toEqual(["VIDEO", null]);
    const asked = kili.calls.length;
    expect(await guest(code, { run: "asks-again", kili: ["labels:read"] })).toEqual(["VIDEO", null]);
    expect(await guest(code, { run: "over", kili: ["labels:read"] })).toEqual([null, null]);
    expect(kili.calls).toHaveLength(asked);
    const counted = await Promise.all(["first-to-ask", "asks-again", "over"].map(recordOf));
    expect(counted.map(({ begun }) => begun)).toEqual([1, 0, 0]);
  });
});

describe("a door that is called with another run's id", () => {
  const DOCUMENT = '{ countLabels(where: { project: { id: "demo" } }) }';

  test("counts and records for its own, and has no method that takes one", async () => {
    const other = "run-of-somebody-else";
    await guest(`return kili.graphql(${JSON.stringify(DOCUMENT)}, {});`, { kili: ["labels:read"], run: other });
    const before = await recordOf(other);
    expect(before).toMatchObject({ begun: 1, calls: [{ target: "countLabels" }], refusals: [] });

    const foreign = HOST_METHOD_NAMES.filter((name) => !HOST_METHODS["KiliDoor"]?.includes(name));
    const code = `
      const runId = ${JSON.stringify(other)}, props = { runId, inboxName: "demo" };
      const call = { kind: "kili", target: "forged", result: "ok", startedAt: 0, ms: 0, detail: null };
      const out = { methods: [] };
      for (const [at, door] of Object.entries({ kili, net }))
        for (const name of [...${JSON.stringify(foreign)}, ...(at === "net" ? ["graphql", "inputType"] : [])])
          for (const given of [[runId], [runId, call, null], [[runId]], [{ runId, props }]])
            out.methods.push(await caught(() => door[name](...given)));
      const ended = async (name, way) => { out[name] = await caught(async () => { const answer = await way(); return answer?.error?.name ?? "answered"; }); };
      await ended("more arguments", () => kili.graphql(${JSON.stringify(DOCUMENT)}, { runId, props }, { runId, props }, runId));
      await ended("its kind of assets", () => kili.inputType(runId, { runId, props }));
      await ended("a document", () => kili.graphql(runId, { props }));
      await ended("another this", () => Reflect.apply(kili.graphql, { ctx: { props } }, [${JSON.stringify(DOCUMENT)}, {}]));
      await ended("a property of it", () => Object.assign(kili, { props, ctx: { props } }).graphql(${JSON.stringify(DOCUMENT)}, {}));
      await ended("headers", () => net.fetch("http://${peerHost}/", { headers: { "x-kili-edge-run": runId, "x-kili-edge-run-id": runId } }));
      await ended("a URL", () => net.fetch("http://${peerHost}/?runId=" + runId, { method: "POST", body: JSON.stringify({ props }) }));
      return out;`;
    const got = await guest(code, { kili: ["labels:read"], net: [peerHost], run: "forging" });
    const { methods, ...ways } = got as { readonly methods: readonly string[] };
    expect(methods).toHaveLength(4 * (foreign.length + foreign.length + 2));
    for (const outcome of methods)
      expect(outcome).toMatch(
        /^TypeError: (?:The RPC receiver does not implement the method|'alarm' is a reserved method)/,
      );
    expect(ways).toEqual({
      "more arguments": "answered",
      "its kind of assets": "answered",
      "a document": "KiliError",
      "another this": "answered",
      "a property of it": "answered",
      headers: "answered",
      "a URL": "answered",
    });
    const targets = ["countLabels", "countLabels", "countLabels", `GET ${peerHost}`, `POST ${peerHost}`];
    // The document that is none has begun, too.
    const calls = targets.map((target) => ({ target, result: "ok" }));
    expect(await recordOf("forging")).toMatchObject({ begun: 6, calls, refusals: [] });
    expect(await recordOf(other)).toEqual(before);
  });
});

describe("after all this", () => {
  test("a neighbour's door still answers", async () => {
    const code = `return kili.graphql('{ countLabels(where: {project: {id: "demo"}}) }', {});`;
    expect(await guest(code, { kili: ["labels:read"] })).toEqual({ data: { countLabels: 0 } });
  });
});
