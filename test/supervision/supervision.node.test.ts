// The real host with plugins and uploads that freeze or exhaust its runtime: it comes back by itself, their neighbours
// finish, and what did it ends as a dead letter.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { databaseFile } from "../../bench/history.ts";
import { createHostProcess, type HostProcess } from "../../chaos/host-process.ts";
import { readHistory } from "../../chaos/read-history.ts";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { pushPlugin } from "../../cli/api/push-plugin.ts";
import { queryApi } from "../../cli/api/query-api.ts";
import { registerPlugin } from "../../cli/api/register-plugin.ts";
import { runBuild } from "../../cli/commands/run-build.ts";
import { writeZip } from "../../cli/api/write-zip.ts";
import { freePort } from "../../cli/host/free-port.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const WEBHOOK_SECRET = "webhook-secret-of-the-tests";
const ADMIN_API_KEY = "admin-api-key-of-the-tests";
const NEIGHBOURS = 20;
/** Restarts take seconds, and the machine may be busy with other tests. */
const PATIENCE_MS = 150_000;
const TEST_MS = 300_000;

let folder: string;
let host: HostProcess;

beforeAll(async () => expect(await runBuild(ROOT)).toMatchObject({ ok: true }), PATIENCE_MS);

async function openHost(flags: readonly string[]): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "kili-edge-supervision-"));
  const variables = { WEBHOOK_SECRET, ADMIN_API_KEY, STORE_SECRET: "store-secret-of-the-tests" };
  host = await createHostProcess({ kind: "serve", port: await freePort(), folder, variables, flags });
  await host.start();
}

async function closeHost(): Promise<void> {
  await host.killAll();
  await rm(folder, { recursive: true, force: true });
}

const access = () => ({ url: host.url, adminKey: ADMIN_API_KEY, fetch });

async function register(name: string): Promise<void> {
  const built = await buildPluginFolder(join(import.meta.dirname, "plugins", name));
  expect(built.status).toBe("built");
  expect(await registerPlugin(access(), built)).toMatchObject({ ok: true, value: { status: "registered" } });
}

let events = 0;
/** Sends an event until it is acknowledged; the answer is its id. */
async function send(eventType: string): Promise<string> {
  const n = events++;
  return vi.waitFor(() => post(eventType, n), { timeout: PATIENCE_MS, interval: 100 });
}

/** Sends an event a single time, as Kili does. */
function sendOnce(): Promise<string> {
  return post("onSubmit", events++);
}

/** Rejects where the event is not acknowledged. */
async function post(eventType: string, n: number): Promise<string> {
  const body = JSON.stringify({
    eventType,
    logPayload: { runId: `run-${n}`, projectId: "p" },
    payload: { label: { id: `label-${n}`, jsonResponse: {} }, asset_id: `asset-${n}` },
  });
  const answer = await fetch(`${host.url}/webhook`, {
    method: "POST",
    headers: { authorization: WEBHOOK_SECRET },
    body,
  });
  expect(answer.status).toBeLessThan(300);
  const accepted: unknown = await answer.json();
  return (accepted as { id: string }).id;
}

/** How the deliveries of some events stand: `<plugin> <state>`, and the outcomes of their runs. */
function standing(eventIds: readonly string[]): string[] {
  const { deliveries, runs } = readHistory(databaseFile(host.dataDir));
  return deliveries
    .filter(({ eventId }) => eventIds.includes(eventId))
    .map(({ id, plugin, state }) => {
      const outcomes = runs.filter(({ deliveryId }) => deliveryId === id).sort((a, b) => a.attempt - b.attempt);
      return [plugin, state, ...outcomes.map(({ outcome }) => outcome)].join(" ");
    });
}

/** Resolves once a run is under way. */
async function untilRunning(): Promise<void> {
  const counts = v.object({ inboxes: v.array(v.object({ runsInFlight: v.number() })) });
  const query = "{ status { inboxes { runsInFlight } } }";
  await vi.waitFor(
    async () => {
      const answer = await queryApi(access(), v.object({ status: counts }), query, {});
      expect(answer.ok && answer.value.status.inboxes).toEqual([{ runsInFlight: 1 }]);
    },
    { timeout: PATIENCE_MS, interval: 50 },
  );
}

async function pauses(): Promise<unknown> {
  const one = v.object({ pluginName: v.string(), state: v.string() });
  const answer = await queryApi(access(), v.object({ pauses: v.array(one) }), "{ pauses { pluginName state } }", {});
  return answer.ok ? answer.value.pauses : answer.failure;
}

describe("a plugin that", () => {
  beforeEach(() => openHost(["--max-memory-mb", "1200"]), PATIENCE_MS);
  afterEach(closeHost);

  it.each([
    ["freezer", "was frozen and has been killed"],
    ["regex", "was frozen and has been killed"],
    ["endless-builtins", "was frozen and has been killed"],
    ["bomb", "used too much memory and has been killed"],
  ])(
    "%s: its neighbours finish, and it is a dead letter in quarantine",
    async (name, said) => {
      await register("neighbour");
      await register(name);
      const neighbours: string[] = [];
      for (let n = 0; n < NEIGHBOURS / 2; n++) neighbours.push(await send("onSubmit"));
      const culprit = await send("onReview");
      for (let n = 0; n < NEIGHBOURS / 2; n++) neighbours.push(await send("onSubmit"));

      await vi.waitFor(
        () => {
          expect(standing([culprit])).toEqual([`${name} dead lost lost`]);
          const others = standing(neighbours);
          expect(others).toHaveLength(NEIGHBOURS);
          for (const one of others) expect(one).toMatch(/^neighbour done (?:lost )*ok$/);
        },
        { timeout: PATIENCE_MS, interval: 500 },
      );
      expect(host.output()).toContain(said);
      expect(await pauses()).toEqual([{ pluginName: name, state: "quarantined" }]);
      expect(await host.stop()).toBe(0);
    },
    TEST_MS,
  );
});

describe("a host that is killed or told to stop again and again while the same event runs", () => {
  // A busy machine must not make an answer come so late that the runtime may have been frozen.
  beforeEach(() => openHost(["--frozen-seconds", "30", "--grace-seconds", "1"]), PATIENCE_MS);
  afterEach(closeHost);

  it(
    "knows that it was nobody's doing, and runs it to its end",
    async () => {
      await register("slow");
      const event = await send("onSubmit");
      for (let kills = 0; kills < 2; kills++) {
        await untilRunning();
        expect(await host.killRuntime()).toBe(true);
        await host.answers();
      }
      await untilRunning();
      expect(await host.stop()).toBe(0);
      await host.start();
      const options = { timeout: PATIENCE_MS, interval: 200 };
      await vi.waitFor(() => expect(standing([event])).toEqual(["slow done lost lost lost ok"]), options);
      expect(host.output().match(/The runtime was ended from outside/g)).toHaveLength(2);
      expect(await pauses()).toEqual([]);
      expect(await host.stop()).toBe(0);
    },
    TEST_MS,
  );
});

describe("a runtime that dies under a stream of events", () => {
  beforeEach(() => openHost(["--max-memory-mb", "1200"]), PATIENCE_MS);
  afterEach(closeHost);

  it(
    "has none of them sent again: each is accepted at the first try, and known again if it came through before",
    async () => {
      await register("neighbour");
      // From a sender that was let in before: its calls are held.
      const sent = [await sendOnce()];
      for (let deaths = 0; deaths < 3; deaths++) {
        const before = Array.from({ length: NEIGHBOURS }, sendOnce);
        expect(await host.killRuntime()).toBe(true);
        sent.push(...(await Promise.all([...before, ...Array.from({ length: NEIGHBOURS }, sendOnce)])));
        await host.answers();
      }
      await vi.waitFor(
        () => {
          const all = standing(sent);
          expect(all).toHaveLength(sent.length);
          for (const one of all) expect(one).toMatch(/^neighbour done (?:lost )*ok$/);
        },
        { timeout: PATIENCE_MS, interval: 500 },
      );
      expect(new Set(sent).size).toBe(sent.length);
      expect(await host.stop()).toBe(0);
    },
    TEST_MS,
  );
});

describe("beside a neighbour,", () => {
  beforeAll(async () => {
    await openHost(["--max-memory-mb", "1200"]);
    await register("neighbour");
  }, PATIENCE_MS);
  afterAll(closeHost);

  it(
    "strangers are told that they are, however much they send",
    async () => {
      const body = new Uint8Array(20 * 1024 * 1024);
      const headers = { authorization: "not the secret" };
      for (let n = 0; n < 5; n++) {
        const answer = await fetch(`${host.url}/webhook`, { method: "POST", headers, body });
        expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: "wrong_secret" } }]);
        const upload = await fetch(`${host.url}/api/plugins`, { method: "PUT", headers, body });
        expect([upload.status, await upload.text()]).toEqual([401, expect.any(String)]);
      }
      const large = await fetch(`${host.url}/webhook`, {
        method: "POST",
        headers: { authorization: WEBHOOK_SECRET },
        body: new Uint8Array(30 * 1024 * 1024),
      });
      expect([large.status, await large.json()]).toMatchObject([413, { error: { code: "body_too_large" } }]);
    },
    TEST_MS,
  );

  describe("an upload", () => {
    it.each([
      ["nested beyond all reason", `export default ${"(".repeat(200_000)}1${")".repeat(200_000)};`],
      ["of one endless expression", `export default ${"1+".repeat(200_000)}1;`],
    ])(
      "%s does not take the host with it",
      async (_, source) => {
        const files = [
          [
            "plugin.toml",
            `manifest_version = 1\nname = "upload"\nversion = "1.0.0"\nmain = "main.ts"\nevents = ["onReview"]\n`,
          ],
          ["main.ts", source],
        ] as const;
        const pushed = await pushPlugin(
          access(),
          { name: "upload", version: "1.0.0", archive: await writeZip(files) },
          60_000,
        );
        expect(pushed).toMatchObject({ ok: true, value: { status: "FAILED" } });
        const event = await send("onSubmit");
        await vi.waitFor(() => expect(standing([event])).toEqual(["neighbour done ok"]), {
          timeout: PATIENCE_MS,
          interval: 500,
        });
      },
      TEST_MS,
    );
  });

  describe("a host that is told to stop", () => {
    it(
      "lets what runs end, and does the rest at its next start",
      async () => {
        const sent: string[] = [];
        for (let n = 0; n < NEIGHBOURS; n++) sent.push(await send("onSubmit"));
        expect(await host.stop()).toBe(0);
        await host.start();
        await vi.waitFor(() => expect(standing(sent)).toEqual(sent.map(() => "neighbour done ok")), {
          timeout: PATIENCE_MS,
          interval: 500,
        });
      },
      TEST_MS,
    );
  });
});
