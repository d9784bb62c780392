// `serve` on a stand-in Worker, with real workerd below it: what it refuses to start with, what it says, how it ends.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeStub, type Started, type Stub } from "./stub-process.ts";

const SECRETS = {
  WEBHOOK_SECRET: "webhook-secret-of-the-tests",
  ADMIN_API_KEY: "admin-api-key-of-the-tests",
  STORE_SECRET: "store-secret-of-the-tests",
};

let stub: Stub;
beforeEach(async () => {
  stub = await makeStub();
  const plugins = join(stub.root, "dist", "assets", "plugins");
  await mkdir(plugins, { recursive: true });
  await writeFile(join(plugins, "index.json"), "{}");
  await writeFile(join(plugins, "one.json"), '{"name":"one"}');
  await writeFile(join(stub.root, "dist", "guest-modules.ts"), "");
});
afterEach(() => stub.remove());

/** Every line it printed, as the JSON object it must be. */
function lines(host: Started): Record<string, unknown>[] {
  return host
    .output()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function untilSaid(host: Started, message: string): Promise<void> {
  await vi.waitFor(() => expect(host.output()).toContain(message), { timeout: 60_000 });
}

describe("serve", () => {
  it("serves what was built with the secrets it is given, logs JSON lines, and ends when told to", async () => {
    // Those of a developer are not for it.
    await writeFile(join(stub.root, ".dev.vars"), "KILI_API_KEY=developers-own\n");
    const host = stub.run("serve", { env: { ...SECRETS, PLUGIN_THRESHOLD: "1" } });
    await untilSaid(host, "The host takes requests");
    expect(await stub.get("/asset")).toEqual({ name: "one" });
    expect(await stub.get("/variables")).toEqual(
      [
        ...Object.keys(SECRETS),
        ...[
          "ASSETS",
          "CLIENT_ADDRESS_HEADER",
          "DB",
          "ENDINGS",
          "INBOX",
          "MAX_CPU_MS",
          "PLUGIN_THRESHOLD",
          "PUBLIC_NET",
          "SUPERVISOR_SECRET",
        ],
      ].sort(),
    );
    await stub.get("/log");
    await untilSaid(host, "in words");
    await vi.waitFor(async () => expect(await stub.get("/last-cron")).toBe("* * * * * *"), { timeout: 30_000 });

    host.child.kill("SIGTERM");
    expect(await host.exit).toBe(0);
    const said = lines(host);
    for (const { time, level } of said) {
      expect(time).toMatch(/Z$/);
      expect(level).toMatch(/^(?:error|info|warning)$/);
    }
    expect(said).toContainEqual(
      expect.objectContaining({ source: "worker", level: "error", message: "from the Worker", project: "p" }),
    );
    expect(said).toContainEqual(expect.objectContaining({ source: "runtime", level: "warning", message: "in words" }));
    expect(said.at(-1)).toMatchObject({ source: "host", level: "info", message: "The host has stopped" });
    for (const secret of Object.values(SECRETS)) expect(host.output()).not.toContain(secret);
  });

  it("refuses to start without secrets, and names those that are missing", async () => {
    const { WEBHOOK_SECRET } = SECRETS;
    const host = stub.run("serve", { env: { WEBHOOK_SECRET } });
    expect(await host.exit).toBe(1);
    expect(lines(host)).toMatchObject([
      {
        level: "error",
        reason: "secrets_unusable",
        message: "Cannot serve: no ADMIN_API_KEY, no STORE_SECRET in the environment, wanted each of them set",
      },
    ]);
  });

  it("refuses a secret that can be guessed, without showing it", async () => {
    const host = stub.run("serve", { env: { ...SECRETS, ADMIN_API_KEY: "hunter2" } });
    expect(await host.exit).toBe(1);
    expect(host.output()).toContain("ADMIN_API_KEY shorter than");
    expect(host.output()).not.toContain("hunter2");
  });

  it("reads secrets from a file that nobody else can read", async () => {
    const file = join(stub.root, "secrets");
    const text = Object.entries(SECRETS).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(file, text.join(""), { mode: 0o644 });
    const refused = stub.run("serve", { flags: { secrets: file } });
    expect(await refused.exit).toBe(1);
    expect(lines(refused)[0]?.["message"]).toContain(`wanted chmod 600 "${file}"`);

    await writeFile(join(stub.root, "own"), text.join(""), { mode: 0o600 });
    const host = stub.run("serve", { flags: { secrets: join(stub.root, "own") } });
    await untilSaid(host, "The host takes requests");
    host.child.kill("SIGINT");
    expect(await host.exit).toBe(0);
  });

  it("builds nothing: without a build it says what to run", async () => {
    await writeFile(join(stub.root, "cli", "build", "build.ts"), "throw new Error('not to be run');");
    await rm(join(stub.root, "dist"), { recursive: true });
    const host = stub.run("serve", { env: SECRETS });
    expect(await host.exit).toBe(1);
    expect(lines(host)[0]?.["message"]).toContain('run "npm run build"');
  });
});
