// `start` on a stand-in Worker, with real workerd below it: what it sets up, what outlives it, what it cleans up, and
// what it does about a runtime that hangs or dies.
import { mkdir, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { freePort } from "../../cli/host/free-port.ts";
import { databaseFile } from "../../bench/history.ts";
import type { Runtime } from "../../chaos/find-runtimes.ts";
import { lockHistory } from "../../chaos/read-history.ts";
import { makeStub, type Started, type Stub } from "./stub-process.ts";

let stub: Stub;
beforeEach(async () => {
  stub = await makeStub();
});
afterEach(() => stub.remove());

/** What a request is answered that its runtime ended under. */
const LOST = { error: "the runtime did not answer: it may be being started again" };

async function untilRunning(host: Started): Promise<void> {
  await vi.waitFor(() => expect(host.output()).toContain("kili-edge is running at"), { timeout: 60_000 });
}

/** The TCP ports that a process listens on. */
async function listeningPorts(pid: number): Promise<readonly number[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => "")));
  const lines = (await readFile(`/proc/${pid}/net/tcp`, "utf8")).trim().split("\n").slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === "0A" && links.includes(`socket:[${inode}]`))
    .map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "", 16));
}

async function kill(host: Started, which: (runtime: Runtime) => boolean): Promise<void> {
  const found = (await host.runtimes()).find(which);
  expect(found).toBeDefined();
  process.kill(found?.pid ?? 0, "SIGKILL");
}

describe("start", () => {
  it("builds, migrates, hands over variables, keeps secrets to itself, and leaves when told to", async () => {
    const host = stub.run("start", { env: { KILI_API_KEY: "kili-key", PLUGIN_THRESHOLD: "1", SHELL_SECRET: "x" } });
    await untilRunning(host);

    expect(await stub.get("/notes")).toEqual([]);
    expect(await stub.get("/asset")).toEqual({ name: "one" });
    expect(await stub.get("/variables")).toEqual([
      "ADMIN_API_KEY",
      "ASSETS",
      "CLIENT_ADDRESS_HEADER",
      "DB",
      "ENDINGS",
      "ENVIRONMENT",
      "INBOX",
      "KILI_API_KEY",
      "MAX_CPU_MS",
      "PLUGIN_THRESHOLD",
      "PUBLIC_NET",
      "STORE_SECRET",
      "SUPERVISOR_SECRET",
      "WEBHOOK_SECRET",
    ]);
    const vars = await readFile(join(stub.root, ".dev.vars"), "utf8");
    const secrets = [...vars.matchAll(/^(?:WEBHOOK_SECRET|ADMIN_API_KEY)=(.+)$/gm)].map(([, value]) => value ?? "");
    expect(secrets).toHaveLength(2);
    for (const secret of [...secrets, "kili-key"]) expect(host.output()).not.toContain(secret);
    expect(host.output()).toContain("Built the stub");
    expect(host.output()).toContain("connected");

    const second = stub.run("start", { flags: { port: await freePort() } });
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain("wanted a free directory");

    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
    await expect(stub.get("/healthz")).rejects.toThrow("fetch failed");
  });

  it("survives kill -9: nothing holds the port, and what was journalled is there, its alarm rung", async () => {
    const first = stub.run("start");
    await untilRunning(first);
    await stub.get("/ring");
    first.child.kill("SIGKILL");
    await first.exit;

    const second = stub.run("start");
    await untilRunning(second);
    await vi.waitFor(async () => expect(await stub.get("/notes")).toEqual([{ text: "alarm" }]), { timeout: 30_000 });
    second.child.kill("SIGINT");
    expect(await second.exit).toBe(0);
  });

  it("waits for a database that somebody else has locked, as a check of it does", async () => {
    const first = stub.run("start");
    await untilRunning(first);
    first.child.kill("SIGTERM");
    expect(await first.exit).toBe(0);

    const file = databaseFile(join(stub.root, "data"));
    const [host] = [stub.run("start"), await lockHistory(file, 5_000)];
    await untilRunning(host);
    expect(await stub.get("/notes")).toEqual([]);
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("kills a runtime that is frozen, and what it had to do is done by the next one", async () => {
    const host = stub.run("start");
    await untilRunning(host);
    await stub.get("/ring");
    expect(await stub.get("/freeze")).toEqual(LOST);
    await vi.waitFor(async () => expect(await stub.get("/notes")).toEqual([{ text: "alarm" }]), { timeout: 30_000 });
    // The new runtime may answer the test before it answers the supervisor's next question.
    const said = /The runtime was frozen and has been killed[^]*The runtime answers again/;
    await vi.waitFor(() => expect(host.output()).toMatch(said), { timeout: 10_000 });

    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("starts a runtime again that died, on the same port, as often as it dies", async () => {
    const host = stub.run("start");
    await untilRunning(host);
    for (let deaths = 1; deaths <= 6; deaths++) {
      await kill(host, ({ isDatabase }) => !isDatabase);
      await vi.waitFor(() => expect([...host.output().matchAll(/The runtime answers again/g)]).toHaveLength(deaths), {
        timeout: 30_000,
      });
      expect(await stub.get("/asset")).toEqual({ name: "one" });
    }
    expect(host.output()).toContain("a rest, before it is opened anew");
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("starts its database again that died, while the runtime goes on", async () => {
    const host = stub.run("start");
    await untilRunning(host);
    expect(await stub.get("/seen")).toBe(1);
    for (let deaths = 1; deaths <= 6; deaths++) {
      await kill(host, ({ isDatabase }) => isDatabase);
      await vi.waitFor(async () => expect(await stub.get("/notes")).toEqual([]), { timeout: 30_000 });
      await vi.waitFor(() => expect([...host.output().matchAll(/The database answers again/g)]).toHaveLength(deaths), {
        timeout: 30_000,
      });
    }
    expect(host.output()).toContain("The database ended 5 times within a minute: a rest");
    expect(await stub.get("/seen")).toBe(2);
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
    expect(await readdir(join(stub.root, "data"))).not.toContain("database:0");
  });

  it("has nobody ask its database but who may open a file in the data directory", async () => {
    const host = stub.run("start");
    await untilRunning(host);
    const database = (await host.runtimes()).find(({ isDatabase }) => isDatabase);
    const ports = await listeningPorts(database?.pid ?? 0);
    // Miniflare's own.
    expect(ports).toHaveLength(1);
    const ask = { method: "POST", body: JSON.stringify({ sql: "SELECT text FROM notes", params: [] }) };
    for (const port of ports) {
      for (const path of ["/query", "/execute", "/"])
        expect((await fetch(`http://127.0.0.1:${port}${path}`, ask)).status).toBe(404);
    }
    const socket = join(stub.root, "data", "database:0");
    expect((await stat(socket)).mode & 0o022).toBe(0);
    expect((await stat(join(stub.root, "data"))).mode & 0o077).toBe(0);
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("leaves the database to the runtime where the name of a socket would be too long", async () => {
    const host = stub.run("start", { flags: { data: join(stub.root, "data".repeat(30)) } });
    await untilRunning(host);
    expect(await stub.get("/notes")).toEqual([]);
    expect((await host.runtimes()).map(({ isDatabase }) => isDatabase)).toEqual([false]);
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("kills a runtime that takes more memory than it may have", async () => {
    const host = stub.run("start", { flags: { maxMemoryMb: 1_000 } });
    await untilRunning(host);
    expect(await stub.get("/grow")).toEqual(LOST);
    await vi.waitFor(() => expect(host.output()).toMatch(/too much memory[^]*answers again/), { timeout: 30_000 });
    expect(await stub.get("/asset")).toEqual({ name: "one" });
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("does not run beside the runtime of a host that was killed", async () => {
    const orphan = createServer();
    await new Promise<void>((listening) => orphan.listen(0, "127.0.0.1", listening));
    const { port } = orphan.address() as AddressInfo;
    const data = join(stub.root, "data");
    await mkdir(data);
    // A process that is not there.
    const claim = { pid: 2 ** 22 + 1, url: "http://127.0.0.1:1", born: "long ago", runtimePort: port };
    await writeFile(join(data, "host.json"), JSON.stringify(claim));
    // However often it is tried.
    for (let tries = 0; tries < 2; tries++) {
      const host = stub.run("start");
      expect(await host.exit).toBe(1);
      expect(host.output()).toContain(`the runtime of a host that was killed still listens on 127.0.0.1:${port}`);
    }
    await new Promise((closed) => orphan.close(closed));
  });

  it("says which port is taken", async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(stub.port, "127.0.0.1", listening));
    const host = stub.run("start");
    expect(await host.exit).toBe(1);
    expect(host.output()).toContain(`Cannot listen on 127.0.0.1:${stub.port}: something else listens there`);
    taken.close();
  });

  it("shows a Worker that cannot be bundled, and lets go of the directory", async () => {
    await writeFile(join(stub.root, "worker", "index.ts"), "export default {");
    const host = stub.run("start");
    expect(await host.exit).toBe(1);
    expect(host.output()).toMatch(/Cannot bundle the Worker[^]*worker\/index\.ts:1:16/);
    expect(await readFile(join(stub.root, "data", "host.json"), "utf8").catch(() => null)).toBeNull();
  });

  it("shows a migration that fails", async () => {
    await writeFile(join(stub.root, "worker", "store", "migrations", "0001_broken.sql"), "CREATE TABEL x (y TEXT);");
    const host = stub.run("start");
    expect(await host.exit).toBe(1);
    expect(host.output()).toContain('Cannot apply migration "0001_broken.sql"');
  });
});
