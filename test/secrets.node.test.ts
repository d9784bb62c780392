// Secrets stay where they belong. A host gets secrets that nothing else looks like, does all it does with them, well
// and badly; then its answers, its output and every byte it has stored are searched for them.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { BuildResult } from "../schemas/artifact.ts";
import { buildPlugin } from "../worker/build/build-plugin.ts";
import { memoryFiles } from "../worker/build/memory-files.ts";
import { zip } from "./zip.ts";
import { freePort } from "../cli/host/free-port.ts";

const ROOT = resolve(import.meta.dirname, "..");
const SECRETS = {
  WEBHOOK_SECRET: "planted-webhook-Zk3vQ9xL2mT7",
  ADMIN_API_KEY: "planted-admin-Hw8rN4cJ6yB1pD",
  KILI_API_KEY: "planted-kili-Xe5sV0gU3aF9oK",
  STORE_SECRET: "planted-store-Qi2tM7zR4lC8nW",
  WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.from("planted-signing-Yb6hE1dP5jS3").toString("base64")}`,
  METRICS_KEY: "planted-metrics-Nq0wS6fV9xR2",
  ALERT_WEBHOOK_HEADER: "planted-alert-Ud5kP1zG8cM4",
  PLUGIN_TOKEN: "planted-token-Lf9uG2wO6kA4",
  PLUGIN_UNUSED: "planted-unused-Cv1xT8mI3eN5",
};
const WEBHOOK_HEADER = "Bearer planted-header-Jr7yD4bK0sH2";
const PLANTED = [...Object.values(SECRETS), "planted-signing-Yb6hE1dP5jS3", "planted-header-Jr7yD4bK0sH2"];

let peer: Server;
let peerHost: string;
let host: ChildProcess;
let url: string;
let data: string;
let output = "";
/** Everything the host has answered, except where a secret is what was asked for. */
const answers: string[] = [];
const received: string[] = [];

beforeAll(async () => {
  // Quotes every request it gets, as servers do in their errors.
  peer = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push(JSON.stringify(request.headers));
      response.writeHead(request.url?.startsWith("/ok") ? 200 : 500, { "content-type": "text/plain" });
      response.end(`cannot serve ${request.method} ${request.url} with ${JSON.stringify(request.headers)}: ${body}`);
    });
  });
  await new Promise<void>((done) => peer.listen(0, "127.0.0.1", done));
  peerHost = `127.0.0.1:${(peer.address() as AddressInfo).port}`;
  data = await mkdtemp(join(tmpdir(), "kili-edge-secrets-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  host = spawn(process.execPath, ["cli/kili-edge.ts", "start", "--port", String(port), "--data", data, "--no-watch"], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...SECRETS,
      KILI_API_ENDPOINT: `http://${peerHost}/kili`,
      ALLOW_PRIVATE_NET: peerHost,
      ALERT_WEBHOOK_URL: `http://${peerHost}/alerts`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [host.stdout, host.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await vi.waitFor(() => expect(output).toContain("kili-edge is running at"), { timeout: 90_000, interval: 200 });
}, 120_000);

afterAll(async () => {
  host?.kill("SIGKILL");
  peer?.closeAllConnections();
  peer?.close();
  await rm(data, { recursive: true, force: true });
});

async function ask(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  answers.push(`${path} ${response.status} ${JSON.stringify([...response.headers])} ${text}`);
  return text;
}

function query(document: string, variables: object = {}): Promise<string> {
  return ask("/graphql", {
    method: "POST",
    headers: { authorization: `X-API-Key: ${SECRETS.ADMIN_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ query: document, variables }),
  });
}

function deliver(body: string, authorization = SECRETS.WEBHOOK_SECRET): Promise<string> {
  return ask("/webhook", { method: "POST", headers: { authorization }, body });
}

const event = (type: string): string =>
  JSON.stringify({
    eventType: type,
    logPayload: { runId: `kili-${type}-${Math.random()}`, projectId: "planted" },
    payload: { label: { id: "label-1", jsonResponse: {} }, asset_id: "asset-1" },
  });

/** Says its secret in every way that the host writes down. */
const TALKER = `import { PluginCore } from "kili-edge/sdk";
export default class PluginHandler extends PluginCore {
  override async onSubmit() {
    const token = this.env.get("TOKEN")!;
    this.logger.info("plain", token, { token }, encodeURIComponent(token), btoa(token));
    console.error(new Error(token));
    const answer = await fetch("http://PEER/ok", { headers: { authorization: "Bearer " + token } });
    this.logger.info(await answer.text());
    try { this.env.get(token); } catch (error) { this.logger.warn(error); }
    try { await fetch("http://" + token + ".example.com/"); } catch (error) { this.logger.warn(error); }
    try { await this.kili.labels({ labelIds: [token] }); } catch (error) { this.logger.warn(error); }
    return { token };
  }
  override async onReview() {
    await this.kili.sendBackToQueue({ assetIds: ["asset-1"] }).catch((error) => this.logger.error(error));
    throw Object.assign(new Error("with " + this.env.get("TOKEN")), { name: this.env.get("TOKEN") });
  }
}`;

const MANIFEST = `manifest_version = 1
name = "talker"
version = "1.0.0"
main = "main.ts"
events = ["onSubmit", "onReview"]
projects = ["planted"]
[permissions]
kili = ["labels:read", "assets:write"]
env = ["TOKEN"]
net = ["PEER"]
[retry]
max_attempts = 1
`;

async function talker(): Promise<BuildResult> {
  const sources = { "main.ts": TALKER.replace("PEER", peerHost) };
  return buildPlugin({
    build,
    root: "/",
    folder: "",
    manifest: MANIFEST.replace("PEER", peerHost),
    files: memoryFiles(new Map(Object.entries(sources)), "/"),
  });
}

const READS = [
  `{ viewer { id email } apiKeys(where: {}) { id name role expiryDate } }`,
  `{ listPlugins(first: 10) { id name manifest projectIds versions(first: 5) { id hash } } }`,
  `{ runs(first: 20) { outcome { type message name stack result } calls { target result detail } logs(first: 50) { content } } }`,
  `{ deliveries(where: { projectId: "planted" }, first: 50) { id state lastOutcome } }`,
  `{ events(first: 20) { id type deliveries(first: 5) { pluginName runs(first: 5) { outcome { message stack } } } } }`,
  `{ audit(first: 100) { actor action detail } }`,
  `{ getPluginLogs(data: { projectId: "planted", pluginName: "talker" }) { content } }`,
  `{ getPluginLogs(data: { projectId: "planted", pluginName: "far-end" }) { content } }`,
  `{ getPluginBuildErrors(data: { pluginName: "uploaded" }) { content } }`,
];

describe("planted secrets", () => {
  test("are in no answer, no line of output and no stored byte after all that can happen", async () => {
    await ask("/healthz");
    await ask("/");
    await ask("/nothing/here", { headers: { authorization: SECRETS.WEBHOOK_SECRET } });
    await ask("/api/label/v2/version");

    const registered = await ask("/api/plugins", {
      method: "PUT",
      headers: { "x-api-key": SECRETS.ADMIN_API_KEY, "content-type": "application/json" },
      body: JSON.stringify(await talker()),
    });
    expect(registered).toContain('"registered"');

    const webhook = { pluginName: "far-end", webhookUrl: `http://${peerHost}/hook`, header: WEBHOOK_HEADER };
    await query(`mutation ($data: WebhookInput!) { createWebhook(data: $data) }`, {
      data: { ...webhook, handlerTypes: ["onSubmit"] },
    });
    await query(`mutation { activatePluginOnProject(where: { pluginName: "far-end", projectId: "planted" }) }`);

    const uploadUrl = JSON.parse(await query(`mutation { data: createPlugin(data: { pluginName: "uploaded" }) }`)) as {
      data: { data: string };
    };
    const archive = await zip({ "main.ts": `const token: string = "not a plugin"; export default token;` });
    await ask(new URL(uploadUrl.data.data).pathname, { method: "PUT", body: archive });
    await query(`mutation { createPluginRunner(data: { pluginName: "uploaded", handlerTypes: [onSubmit] }) }`);

    for (const type of ["onSubmit", "onReview"]) expect(await deliver(event(type))).toContain('"duplicate":false');
    await deliver(event("onSubmit"), `${SECRETS.WEBHOOK_SECRET}x`);
    await deliver(`{ "${SECRETS.KILI_API_KEY}`.slice(0, 10));
    await deliver("[]");

    // Documents that hold a key, that do not parse, and that go to a Kili which quotes the host's.
    const keyed = `query ($key: String!) { apiKeys(where: { user: { apiKey: $key } }) { id } }`;
    await query(keyed, { key: SECRETS.ADMIN_API_KEY });
    await query(`{ apiKeys(where: { key: "${SECRETS.ADMIN_API_KEY}" }) { expiryDate } }`);
    await query(`{ projects(where: {}, first: 1, skip: 0) { id } }`);
    await query(`mutation { deleteLabels(ids: ["a"]) { id } }`);
    await ask("/graphql", { headers: { authorization: `X-API-Key: ${SECRETS.ADMIN_API_KEY}x` } });

    await vi.waitFor(
      async () => {
        const runs = JSON.parse(await query(`{ runs(first: 100) { outcome { type } } }`)) as {
          data: { runs: unknown[] };
        };
        expect(runs.data.runs.length).toBeGreaterThanOrEqual(3);
      },
      { timeout: 30_000, interval: 300 },
    );
    for (const document of READS) expect(await query(document)).not.toContain('"errors"');
    expect(answers.at(-7)).toContain("[redacted TOKEN]");

    await ask("/metrics", { headers: { authorization: `Bearer ${SECRETS.METRICS_KEY}` } });
    const signedIn = await fetch(`${url}/sign-in`, {
      method: "POST",
      headers: { origin: url },
      body: new URLSearchParams({ key: SECRETS.ADMIN_API_KEY, to: "/" }),
      redirect: "manual",
    });
    expect(signedIn.status).toBe(303);
    const cookie = signedIn.headers.getSetCookie().map((one) => one.split(";", 1)[0] ?? "");
    answers.push(cookie.join(" "));
    await ask("/sign-in", { method: "POST", headers: { origin: url }, body: new URLSearchParams({ key: "wrong" }) });
    const pages = ["/", "/plugins", "/plugins/talker", "/plugins/far-end", "/plugins/uploaded", "/events", "/runs"];
    const ids = [
      ...(await ask("/runs", { headers: { cookie: cookie.join("; ") } })).matchAll(/\/(?:runs|events)\/\w+/g),
    ];
    expect(ids.length).toBeGreaterThan(0);
    for (const page of [...pages, ...new Set(ids.map(([path]) => path))])
      await ask(page, { headers: { cookie: cookie.join("; ") } });
    expect(answers.filter((answer) => /^\/runs\/\w+ 200/.test(answer)).length).toBeGreaterThan(0);

    // What the secrets are for has been done with them, so that the search below is for something.
    for (const used of [SECRETS.KILI_API_KEY, SECRETS.PLUGIN_TOKEN, WEBHOOK_HEADER])
      expect(received.some((headers) => headers.includes(used))).toBe(true);

    host.kill("SIGTERM");
    await new Promise((done) => host.once("close", done));
    const stored = await readTree(data);
    expect(stored.length).toBeGreaterThan(3);
    // The search finds what is there.
    expect(stored.some(({ text }) => text.includes("[redacted TOKEN]"))).toBe(true);
    const places = [
      ...stored,
      { name: "output", text: output },
      ...answers.map((text) => ({ name: `answer to ${text.slice(0, 60)}`, text })),
    ];
    const found = PLANTED.flatMap((secret) =>
      spellings(secret).flatMap((spelling) =>
        places.filter(({ text }) => text.includes(spelling)).map(({ name }) => `${secret} in ${name}`),
      ),
    );
    expect([...new Set(found)]).toEqual([]);
  });
});

function spellings(secret: string): string[] {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").replace(/=+$/, "")];
}

async function readTree(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const name = join(entry.parentPath, entry.name);
        return { name, text: (await readFile(name)).toString("latin1") };
      }),
  );
}
