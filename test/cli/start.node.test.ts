// `start` on a stand-in Worker, with real workerd below it: what it sets up, what outlives it, what it cleans up.
import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childPids } from "../../bench/child-pids.ts";
import type { StartFlags } from "../../cli/run-start.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const project = resolve(import.meta.dirname, "..", "..");
let root: string;
let port: number;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kili-edge-start-"));
  await cp(join(import.meta.dirname, "stub-host"), root, { recursive: true });
  await cp(join(project, "cli", "workerd.sh"), join(root, "cli", "workerd.sh"));
  await symlink(join(project, "node_modules"), join(root, "node_modules"));
  await writeFile(join(root, "package.json"), '{"type":"module"}');
  port = await freePort();
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
});

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

/** Runs `start` in a process of its own, which can be killed. */
function startHost(options: { port?: number; maxMemoryMb?: number; env?: Record<string, string> } = {}): Started {
  const flags: StartFlags = {
    root,
    port: options.port ?? port,
    host: "127.0.0.1",
    data: join(root, "data"),
    defaultData: join(root, "data"),
    watch: false,
    ...(options.maxMemoryMb === undefined ? {} : { maxMemoryMb: options.maxMemoryMb }),
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, "start-host.ts"), JSON.stringify(flags)], {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const exit = new Promise<number | null>((done) =>
    child.on("close", (code) => {
      running.delete(child);
      done(code);
    }),
  );
  return { child, output: () => text, exit };
}

async function untilRunning(host: Started): Promise<void> {
  await vi.waitFor(() => expect(host.output()).toContain("kili-edge is running at"), { timeout: 60_000 });
}

/** The workerd processes below a host, as the system has them. */
async function runtimesOf(host: Started): Promise<readonly number[]> {
  return host.child.pid === undefined ? [] : childPids("workerd", host.child.pid);
}

async function get(path: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return response.status === 204 ? null : response.json();
}

describe("start", () => {
  it("builds, migrates, hands over variables, keeps secrets to itself, and leaves when told to", async () => {
    const host = startHost({ env: { KILI_API_KEY: "kili-key", PLUGIN_THRESHOLD: "1", SHELL_SECRET: "x" } });
    await untilRunning(host);

    expect(await get("/notes")).toEqual([]);
    expect(await get("/asset")).toEqual({ name: "one" });
    expect(await get("/variables")).toEqual([
      "ADMIN_API_KEY",
      "ASSETS",
      "DB",
      "ENVIRONMENT",
      "INBOX",
      "KILI_API_KEY",
      "PLUGIN_THRESHOLD",
      "STORE_SECRET",
      "SUPERVISOR_SECRET",
      "WEBHOOK_SECRET",
    ]);
    const vars = await readFile(join(root, ".dev.vars"), "utf8");
    const secrets = [...vars.matchAll(/^(?:WEBHOOK_SECRET|ADMIN_API_KEY)=(.+)$/gm)].map(([, value]) => value ?? "");
    expect(secrets).toHaveLength(2);
    for (const secret of [...secrets, "kili-key"]) expect(host.output()).not.toContain(secret);
    expect(host.output()).toContain("Built the stub");
    expect(host.output()).toContain("connected");

    const second = startHost({ port: await freePort() });
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain("wanted a free directory");

    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
    await expect(get("/healthz")).rejects.toThrow("fetch failed");
  });

  it("survives kill -9: nothing holds the port, and what was journalled is there, its alarm rung", async () => {
    const first = startHost();
    await untilRunning(first);
    await get("/ring");
    first.child.kill("SIGKILL");
    await first.exit;

    const second = startHost();
    await untilRunning(second);
    await vi.waitFor(async () => expect(await get("/notes")).toEqual([{ text: "alarm" }]), { timeout: 30_000 });
    second.child.kill("SIGINT");
    expect(await second.exit).toBe(0);
  });

  it("kills a runtime that is frozen, and what it had to do is done by the next one", async () => {
    const host = startHost();
    await untilRunning(host);
    await get("/ring");
    await expect(get("/freeze")).rejects.toThrow("fetch failed");
    await vi.waitFor(async () => expect(await get("/notes")).toEqual([{ text: "alarm" }]), { timeout: 30_000 });
    expect(host.output()).toMatch(/The runtime was frozen and has been killed[^]*The runtime answers again/);

    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("starts a runtime again that died, on the same port, as often as it dies", async () => {
    const host = startHost();
    await untilRunning(host);
    for (let deaths = 1; deaths <= 6; deaths++) {
      const [pid] = await runtimesOf(host);
      expect(pid).toBeDefined();
      process.kill(pid ?? 0, "SIGKILL");
      await vi.waitFor(() => expect([...host.output().matchAll(/The runtime answers again/g)]).toHaveLength(deaths), {
        timeout: 30_000,
      });
      expect(await get("/asset")).toEqual({ name: "one" });
    }
    expect(host.output()).toContain("the host rests before it is opened anew");
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("kills a runtime that takes more memory than it may have", async () => {
    const host = startHost({ maxMemoryMb: 1_000 });
    await untilRunning(host);
    await expect(get("/grow")).rejects.toThrow("fetch failed");
    await vi.waitFor(() => expect(host.output()).toMatch(/too much memory[^]*answers again/), { timeout: 30_000 });
    expect(await get("/asset")).toEqual({ name: "one" });
    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
  });

  it("says which port is taken", async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(port, "127.0.0.1", listening));
    const host = startHost();
    expect(await host.exit).toBe(1);
    expect(host.output()).toContain(`Cannot listen on 127.0.0.1:${port}: something else listens there`);
    taken.close();
  });

  it("shows a Worker that cannot be bundled, and lets go of the directory", async () => {
    await writeFile(join(root, "worker", "index.ts"), "export default {");
    const host = startHost();
    expect(await host.exit).toBe(1);
    expect(host.output()).toMatch(/Cannot bundle the Worker[^]*worker\/index\.ts:1:16/);
    expect(await readFile(join(root, "data", "host.json"), "utf8").catch(() => null)).toBeNull();
  });

  it("shows a migration that fails", async () => {
    await writeFile(join(root, "worker", "store", "migrations", "0001_broken.sql"), "CREATE TABEL x (y TEXT);");
    const host = startHost();
    expect(await host.exit).toBe(1);
    expect(host.output()).toContain('Cannot apply migration "0001_broken.sql"');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  await sleep(10);
  return free;
}
