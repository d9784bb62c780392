// The doctor: what each look finds, and that no secret is among its words.
import { cp, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkHost } from "../../cli/doctor/check-host.ts";
import { checkKili } from "../../cli/doctor/check-kili.ts";
import { checkProject } from "../../cli/doctor/check-project.ts";
import { checkSecrets } from "../../cli/doctor/check-secrets.ts";
import type { Finding } from "../../cli/doctor/finding.ts";
import { runDoctor } from "../../cli/commands/run-doctor.ts";
import { fail, ok } from "../../schemas/result.ts";
import { playHost, type PlayedHost } from "./play-host.ts";

const project = resolve(import.meta.dirname, "..", "..");
const NOT_READY = '{"status":"not_ready","problems":[{"message":"migrations are missing"}]}';
const LONG = "0123456789abcdefghijklmnopqrst";
const states = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ name, state }) => [name, state] as const));

describe("checkSecrets", () => {
  const good = { WEBHOOK_SECRET: `${LONG}1`, ADMIN_API_KEY: `${LONG}2`, STORE_SECRET: `${LONG}3, ${LONG}4` };

  it("finds nothing bad about secrets of their own", () => {
    expect(states(checkSecrets({ ...good, KILI_API_KEY: LONG }))).toEqual({
      ...{ WEBHOOK_SECRET: "good", ADMIN_API_KEY: "good", STORE_SECRET: "good", KILI_API_KEY: "good" },
    });
  });

  it.each<[string, Record<string, string | undefined>, Record<string, string>]>([
    ["missing", { WEBHOOK_SECRET: undefined }, { WEBHOOK_SECRET: "bad" }],
    ["blank", { ADMIN_API_KEY: " ", STORE_SECRET: " " }, { ADMIN_API_KEY: "bad", STORE_SECRET: "bad" }],
    ["short", { ADMIN_API_KEY: "short" }, { ADMIN_API_KEY: "note" }],
    ["short beside a long one", { WEBHOOK_SECRET: `${LONG},short` }, { WEBHOOK_SECRET: "note" }],
    ["the same as another", { WEBHOOK_SECRET: `${LONG}4` }, { secrets: "bad" }],
  ])("finds one that is %s", (_, given, wanted) => {
    const found = states(checkSecrets({ ...good, KILI_API_KEY: LONG, ...given }));
    expect(found).toEqual({
      ...{ WEBHOOK_SECRET: "good", ADMIN_API_KEY: "good", STORE_SECRET: "good", KILI_API_KEY: "good" },
      ...wanted,
    });
  });

  it("says that without Kili's key nothing is written there", () => {
    expect(checkSecrets(good).find(({ name }) => name === "KILI_API_KEY")).toMatchObject({ state: "note" });
  });
});

describe("checkProject", () => {
  it("finds this one's bindings", async () => {
    const found = await checkProject(project, "24.1.0");
    expect(states(found)).toMatchObject({ Node: "good", "wrangler.toml": "good" });
  });

  it.each([
    ["20.19.0", "bad"],
    ["22.11.9", "bad"],
    ["22.12.0", "good"],
  ])("Node %s is %s", async (version, state) => {
    expect((await checkProject(project, version))[0]?.state).toBe(state);
  });

  it("finds a binding of another kind, and notes one that a host can do without", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kili-edge-doctor-"));
    const toml = await readFile(join(project, "wrangler.toml"), "utf8");
    const change = (from: RegExp, to: string) => writeFile(join(folder, "wrangler.toml"), toml.replace(from, to));
    await change(/^\[\[d1_databases\]\]$/m, "[[r2_buckets]]");
    expect((await checkProject(folder, "24.1.0"))[1]).toMatchObject({ state: "bad", found: "no binding DB" });
    await change(/^\[\[ratelimits\]\]\n(?:.+\n)+/m, "");
    const found = (await checkProject(folder, "24.1.0"))[1];
    expect(found).toMatchObject({ state: "note", found: "no binding FAILED_ATTEMPTS" });
    await rm(folder, { recursive: true });
  });

  it("finds bindings and a build missing, and a file that is none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kili-edge-doctor-"));
    await writeFile(
      join(folder, "wrangler.toml"),
      'name = "x"\nmain = "index.ts"\ncompatibility_date = "2026-11-01"\n',
    );
    const found = await checkProject(folder, "24.1.0");
    expect(states(found)).toEqual({ Node: "good", "wrangler.toml": "bad", "built plugins": "note" });
    expect(found[1]?.found).toBe("no binding ASSETS, DB, INBOX, KILI_BUDGET, TRIAL_BENCH, LOADER, FAILED_ATTEMPTS");
    await writeFile(join(folder, "wrangler.toml"), "= no");
    expect(states(await checkProject(folder, "24.1.0"))).toMatchObject({ "wrangler.toml": "bad" });
    await rm(folder, { recursive: true });
  });
});

describe("checkHost", () => {
  let host: PlayedHost;
  afterEach(() => host.stop());
  const to = (url: string, isNamed = false) => ({ url, isNamed, key: ok("k"), fetch });
  const look = (now = Date.now) => checkHost(to(host.url), now);

  it("finds a host that is ready, knows the key and tells the time", async () => {
    host = await playHost({ viewer: { id: "u", role: "operator" } });
    expect(states(await look())).toEqual({ host: "good", clock: "good", "API key": "good" });
  });

  it("finds one that is not ready, does not know the key, and whose clock is elsewhere", async () => {
    const viewer = () => {
      throw new Error("Cannot read: found an unknown key");
    };
    host = await playHost({ viewer }, { status: 503, text: NOT_READY });
    const found = await look(() => Date.now() + 120_000);
    expect(states(found)).toEqual({ host: "bad", clock: "bad", "API key": "bad" });
    expect(found[0]?.found).toContain("migrations are missing");
    expect(found[1]?.found).toMatch(/^this machine is 1[12]\d s ahead/);
  });

  it("notes that none is there, and the port free", async () => {
    host = await playHost({});
    await host.stop();
    expect(await look()).toMatchObject([
      { name: "host", state: "note", found: expect.stringMatching(/its port is free$/) as string },
    ]);
    const named = await checkHost(to(host.url, true), Date.now);
    expect(named).toMatchObject([
      { name: "host", state: "bad", found: expect.stringMatching(/^nothing answers at/) as string },
    ]);
    host = await playHost({});
  });

  it("tells a key that could not be asked about from one that is not taken", async () => {
    host = await playHost({});
    const ask = async (answer: () => Promise<Response>) => {
      const asked: typeof fetch = (input, init) => (init?.method === "POST" ? answer() : fetch(input, init));
      return (await checkHost({ ...to(host.url), fetch: asked }, Date.now)).at(-1)?.found;
    };
    const refused = { errors: [{ message: "no", extensions: { code: "UNAUTHENTICATED" } }] };
    expect(await ask(() => Promise.resolve(Response.json(refused)))).toBe("the host does not take it");
    expect(await ask(() => Promise.reject(new DOMException("slow", "TimeoutError")))).toMatch(/no answer in 5 s$/);
    expect(await ask(() => Promise.resolve(new Response("busy", { status: 503 })))).toMatch(/did not say: HTTP 503$/);
  });

  it("looks at a host without a key for it, and says that there is none", async () => {
    host = await playHost({});
    const found = await checkHost({ ...to(host.url), key: fail({ message: "found no key" }) }, Date.now);
    expect(states(found)).toEqual({ host: "good", clock: "good", "API key": "bad" });
    expect(found.at(-1)?.found).toBe("found no key");
  });

  it("finds that something else has the port", async () => {
    host = await playHost({}, { status: 200, text: "<h1>Not Found</h1>" });
    const other = { name: "host", state: "bad", found: expect.stringMatching(/no kili-edge.*: HTTP 200$/) as string };
    expect(await look()).toMatchObject([other]);
    const silent = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await checkHost(to(url), Date.now)).toMatchObject([
      { name: "host", state: "bad", found: expect.stringContaining("does not speak HTTP") as string },
    ]);
    silent.close();
  });
});

describe("checkKili", () => {
  const settings = { endpoint: "https://kili.example/graphql", apiKey: " the-key " };
  const look = (answer: () => Promise<Response>) => checkKili(settings, answer);

  it("asks nothing without a key", async () => {
    const ask = vi.fn<typeof fetch>();
    expect(await checkKili({ endpoint: undefined, apiKey: " " }, ask)).toEqual([]);
    expect(ask).not.toHaveBeenCalled();
  });

  it.each<[string, () => Promise<Response>, string, RegExp]>([
    ["that takes it", () => Promise.resolve(Response.json({ data: { viewer: { id: "u" } } })), "good", /takes the key/],
    ["that does not", () => Promise.resolve(Response.json({ errors: [{}] }, { status: 401 })), "bad", /401/],
    [
      "that is not there",
      () => Promise.reject(new TypeError("x", { cause: { code: "ENOTFOUND" } })),
      "bad",
      /ENOTFOUND/,
    ],
  ])("finds a Kili %s", async (_, answer, state, words) => {
    const [found] = await look(answer);
    expect(found).toMatchObject({ name: "Kili", state, found: expect.stringMatching(words) as string });
    expect(JSON.stringify(found)).not.toContain("the-key");
  });
});

describe("doctor", () => {
  let folder: string;
  let out: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kili-edge-doctor-"));
    out = [];
    for (const name of ["KILI_EDGE_API_KEY", "ADMIN_API_KEY", "WEBHOOK_SECRET", "STORE_SECRET", "KILI_API_KEY"])
      vi.stubEnv(name, undefined);
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    await mkdir(join(folder, "dist", "assets", "plugins"), { recursive: true });
    await writeFile(join(folder, "dist", "assets", "plugins", "index.json"), "{}");
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it("is 1 while something is bad, says how to mend it, and quotes no secret", async () => {
    await writeFile(join(folder, ".dev.vars"), `WEBHOOK_SECRET=${LONG}\nADMIN_API_KEY=${LONG}\n`);
    const host = await playHost({ viewer: { id: "u", role: "admin" } });
    expect(await runDoctor({ root: folder, data: folder, url: host.url, json: true })).toBe(1);
    await host.stop();
    const found = JSON.parse(out.join("")) as Finding[];
    expect(states(found)).toMatchObject({ STORE_SECRET: "bad", secrets: "bad", host: "good", "API key": "good" });
    expect(found.filter(({ state, mend }) => state === "bad" && mend === null)).toEqual([]);
    expect(out.join("")).not.toContain(LONG);
  });

  it("is 1 where a host was named and none is there", async () => {
    await writeFile(
      join(folder, ".dev.vars"),
      `WEBHOOK_SECRET=${LONG}1\nADMIN_API_KEY=${LONG}2\nSTORE_SECRET=${LONG}3\n`,
    );
    await cp(join(project, "wrangler.toml"), join(folder, "wrangler.toml"));
    const gone = await playHost({});
    await gone.stop();
    expect(await runDoctor({ root: folder, data: folder, url: gone.url, json: true })).toBe(1);
    expect(states(JSON.parse(out.join("")) as Finding[])).toMatchObject({ ADMIN_API_KEY: "good", host: "bad" });
  });

  it("is text for people", async () => {
    await writeFile(join(folder, ".dev.vars"), "half a secret");
    expect(await runDoctor({ root: folder, data: folder })).toBe(1);
    expect(out.join("")).toMatch(/✖ \.dev\.vars +Cannot read .*: line 1 is not NAME=value/);
    expect(out.join("")).not.toContain("half");
  });
});
