// Plugins in the style that Kili's users write, run by the host and by CPython: what they ask of Kili, print, log and
// give back must be equal, line by line.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorker, ROOT, type OpenWorker } from "../../bench/open-worker.ts";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import type { BuildResult } from "../../schemas/artifact.ts";
import { toPythonCall } from "../../plugins/python/to-python-call.ts";
import { createKiliDouble, type KiliDouble } from "../kili-double/kili-double.ts";
import { serveKiliDouble, type ServedKiliDouble } from "../kili-double/serve-kili-double.ts";

const FOLDER = resolve(import.meta.dirname, "conformance");
const LIBRARY = resolve(import.meta.dirname, "..", "..", "plugins", "python", "library");
const KEY = "double-key";
const SECRET = "conformance";
const ADMIN_API_KEY = "conformance-admin";

// CI has Python 3; where there is none, these tests are shown as skipped.
const python = spawnSync("python3", ["-c", "import sys; assert sys.version_info >= (3, 11)"]).status === 0;

const BOX = (mid: string, x: number, y: number) => ({
  ...{ mid, type: "rectangle", children: {}, categories: [{ name: "OBJECT_A" }] },
  boundingPoly: [{ normalizedVertices: [{ x: 0, y: 0 }, { x: 0, y }, { x, y }, { x, y: 0 }] }], // prettier-ignore
});
const LABEL = {
  ...{ id: "label-1", labelType: "DEFAULT", search: { numberOfAnnotationsByObject: { "JOB_0.OBJECT_A": 2 } } },
  jsonResponse: { JOB_0: { annotations: [BOX("m1", 0.9, 0.5), BOX("m2", 0.5, 0.5)] } },
};
const ENTITIES = [
  { mid: "n1", categories: [{ name: "IBAN" }], content: " FR76 3000 6000 0112 3456 7890 189" },
  { mid: "n2", categories: [{ name: "IBAN" }], content: "DE89 3704 0044 0532 0130 00" },
  { mid: "n3", categories: [{ name: "CURRENCY" }], content: "Yen" },
  { mid: "n4", categories: [{ name: "NAME" }], content: "Müller" },
];

interface Happened {
  readonly eventType: string;
  readonly payload: Record<string, unknown>;
}

const SUBMIT: readonly Happened[] = [{ eventType: "onSubmit", payload: { label: LABEL, asset_id: "asset-1" } }];
const EVENTS: Readonly<Record<string, readonly Happened[]>> = {
  image_rule: [
    ...SUBMIT,
    {
      eventType: "onSubmit",
      payload: { label: { ...LABEL, search: { numberOfAnnotationsByObject: {} } }, asset_id: "a" },
    },
  ],
  document_rule: [
    {
      eventType: "onReview",
      payload: { label: { ...LABEL, jsonResponse: { NER: { annotations: ENTITIES } } }, asset_id: "asset-1" },
    },
    { eventType: "onReview", payload: { label: { ...LABEL, jsonResponse: {} }, asset_id: "asset-1" } },
  ],
  handlers: [
    { eventType: "onProjectUpdated", payload: { settings_updated: [{ key: "title", newValue: "n", oldValue: null }] } },
    { eventType: "onSendBackToQueue", payload: { asset_id: "asset-1" } },
    { eventType: "asset.skipped", payload: { event: "asset.skipped", payload: { assetId: "asset-1" } } },
  ],
};

let double: KiliDouble;
let kili: ServedKiliDouble;
let host: OpenWorker;

beforeAll(async () => {
  if (!python) return;
  double = createKiliDouble(KEY);
  kili = await serveKiliDouble({ ...double, handle: (request) => double.handle(request) });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const variables = {
    ...{ WEBHOOK_SECRET: SECRET, ADMIN_API_KEY, KILI_API_KEY: KEY, KILI_API_ENDPOINT: kili.endpoint },
    ALLOW_PRIVATE_NET: echoAt(),
  };
  host = await openWorker(join(ROOT, "wrangler.toml"), { variables });
});
afterAll(async () => {
  await host?.close();
  await kili?.close();
  echo.close();
});

const echo = createServer((request, response) => {
  void text(request).then((body) => {
    const { method, url, headers } = request;
    if (url === "/moved") response.writeHead(302, { location: "/end" });
    else response.writeHead(url === "/missing" ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ method, url, body, mine: headers["x-mine"], auth: headers.authorization }));
  });
});

function echoAt(): string {
  return `127.0.0.1:${(echo.address() as AddressInfo).port}`;
}

const plugins = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
  .map(({ name }) => name);

describe.skipIf(!python)("the same as in CPython", () => {
  it.each(plugins)("%s", async (name) => {
    const events = EVENTS[name] ?? SUBMIT;
    const expected = await inCPython(name, events);
    expect(expected.endings.length).toBe(events.length);
    expect(await onHost(name, events)).toEqual(expected);
  });
});

describe.skipIf(!python)("packages with compiled code", () => {
  it("compute what they compute in CPython, and let Python ask Kili meanwhile", async ({ skip }) => {
    const folder = await mkdtemp(join(tmpdir(), "kili-edge-native-"));
    try {
      // Of the same versions, as they are for this machine.
      const requirements = join(FOLDER, "_packages", "requirements.txt");
      const pip = ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--target", folder, "-r", requirements];
      const installed = spawnSync("python3", pip, { encoding: "utf8" });
      if (installed.status !== 0 && process.env["CI"]) throw new Error(installed.stderr);
      if (installed.status !== 0) skip("no package index, which CI has");
      const expected = await inCPython("_packages", SUBMIT, folder);
      expect(expected.lines).toContain("(1, 'marker', 'mid') value_error Value error, m is new");
      expect(await onHost("_packages", SUBMIT)).toEqual(expected);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.skipIf(!python)("requests", () => {
  it("sends what it is given through the gate, and no further", async () => {
    const built = await buildPluginFolder(join(FOLDER, "_requests"));
    if (built.status === "failed") throw new Error(JSON.stringify(built.problems));
    const { artifact } = built;
    const permissions = { ...artifact.manifest.permissions, net: [echoAt()] };
    await register({ ...built, artifact: { ...artifact, manifest: { ...artifact.manifest, permissions } } });
    const label = { id: "l", url: `http://${echoAt()}/` };
    const run = await deliver({ eventType: "onSubmit", payload: { label, asset_id: "a" } }, "project-requests");
    expect(run.logs.map(({ content }) => content)).toEqual([
      `200 True application/json {'method': 'POST', 'url': '/?q=%C3%A9', 'body': '{"n": 1}', 'mine': 'yes', 'auth': 'Basic bWU6cHc='}`,
      "session",
      "404",
      "True /end []",
      "302",
      "NotCapable",
    ]);
  });
});

describe.skipIf(!python)("a project whose labels are large", () => {
  it("is read in small pages, with contents that Kili keeps elsewhere", async () => {
    reset("video");
    const project = double.state.projects.get("project-video");
    double.state.projects.set("project-video", { id: "project-video", title: "Video", ...project, inputType: "VIDEO" });
    double.state.assets.delete("asset-2");
    for (let n = 3; n <= 45; n += 1) {
      const id = `label-${n}`;
      const jsonResponse = JSON.stringify({ n });
      double.state.labels.set(id, { id, assetId: "asset-1", labelType: "DEFAULT", jsonResponse });
    }
    await register(await buildPluginFolder(join(FOLDER, "_video")));
    const run = await deliver(SUBMIT[0] ?? { eventType: "onSubmit", payload: {} }, "project-video");
    expect(run.logs.map(({ content }) => content)).toEqual([
      "45 ['id', 'jsonResponse'] {'n': 45}",
      "{'jsonResponse': {'n': 45}}",
    ]);
  });
});

describe.skipIf(!python)("runs at once", () => {
  it("are in interpreters apart: neither their lines nor their state meet", async () => {
    await register(await buildPluginFolder(join(FOLDER, "_overlapping")));
    const assets = Array.from({ length: 12 }, (_, n) => `asset-${n}`);
    const happened = assets.map((id) => ({ eventType: "onSubmit", payload: { label: { id }, asset_id: id } }));
    const runs = await Promise.all(happened.map((event) => deliver(event, "project-overlapping")));
    for (const [n, { logs, outcome }] of runs.entries()) {
      expect(outcome.type).toBe("ok");
      expect(logs.map(({ content }) => content)).toEqual(
        ["first", "then", "last"].map((word) => `${word} ${assets[n]}`),
      );
    }
  });
});

interface Seen {
  /** Printed and logged, in order. */
  readonly lines: readonly string[];
  readonly endings: readonly object[];
  /** What was asked of Kili, field by field. */
  readonly asked: readonly string[];
  /** What was to be changed at Kili, with all that was said about it. */
  readonly written: readonly object[];
}

async function inCPython(name: string, events: readonly Happened[], packages = ""): Promise<Seen> {
  const calls = reset(name);
  const projectId = `project-${name}`;
  const props = { projectId, config: {}, env: {}, runId: "r", attempt: 1, idempotencyKey: "k" };
  const wanted = events.map((event) =>
    toPythonCall({ body: bodyOf(event, projectId), props: { ...props, eventType: event.eventType } }),
  );
  const script = join(FOLDER, "run_in_cpython.py");
  const child = spawn("python3", [script, join(FOLDER, name), LIBRARY, kili.endpoint, KEY, projectId], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONPATH: packages, TZ: "UTC" },
  });
  child.stdin.end(JSON.stringify(wanted));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code[0] !== 0) throw new Error(`CPython ended with ${String(code[0])}: ${errors}`);
  return {
    ...(JSON.parse(output) as Pick<Seen, "lines" | "endings">),
    asked: calls.flatMap(({ fields }) => fields),
    written: writes(calls),
  };
}

async function onHost(name: string, events: readonly Happened[]): Promise<Seen> {
  const calls = reset(name);
  await register(await buildPluginFolder(join(FOLDER, name)));
  const runs: HostRun[] = [];
  for (const event of events) runs.push(await deliver(event, `project-${name}`));
  return {
    // A traceback differs with the version of Python that writes it; that there is one is compared by the endings.
    lines: runs
      .flatMap(({ logs }) => logs.filter(({ content }) => !content.startsWith("Traceback")))
      .flatMap(({ content }) => content.split("\n")),
    endings: runs.map(({ outcome: { type, name: error, message, result } }) =>
      type === "ok" ? { type, result } : { type, name: error, message: message.replace(/^.*?: /, "") },
    ),
    asked: runs.flatMap((run) => run.calls.map(({ target }) => target)),
    written: writes(calls),
  };
}

async function register(built: BuildResult): Promise<void> {
  const registered = await ask("/api/plugins", { method: "PUT", body: JSON.stringify(built) });
  expect(registered).toMatchObject({ status: expect.stringMatching(/registered|unchanged/) as string });
}

async function deliver(event: Happened, projectId: string): Promise<HostRun> {
  const body = JSON.stringify(bodyOf(event, projectId));
  const headers = { authorization: SECRET };
  const { id } = (await ask("/webhook", { method: "POST", headers, body })) as { id: string };
  return runOf(id);
}

interface HostRun {
  readonly outcome: {
    readonly type: string;
    readonly name: string | null;
    readonly message: string;
    readonly result: string | null;
  };
  readonly logs: readonly { readonly content: string }[];
  readonly calls: readonly { readonly target: string }[];
}

const RUNS = `query ($id: ID!) { event(id: $id) { deliveries(first: 1) { runs(first: 1) {
  outcome { type name message result } calls { target } logs(first: 500) { content } } } } }`;

async function runOf(eventId: string): Promise<HostRun> {
  for (let i = 0; i < 400; i += 1) {
    const body = JSON.stringify({ query: RUNS, variables: { id: eventId } });
    const answer = (await ask("/graphql", { method: "POST", body })) as {
      data: { event: { deliveries: { runs: HostRun[] }[] } | null };
    };
    if (answer.data === undefined) throw new Error(JSON.stringify(answer));
    const run = answer.data.event?.deliveries[0]?.runs[0];
    if (run !== undefined) return run;
    await sleep(50);
  }
  throw new Error(`no run of event ${eventId}`);
}

interface Asked {
  readonly method: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(path: string, init: Asked): Promise<unknown> {
  const headers = { "x-api-key": ADMIN_API_KEY, "content-type": "application/json", ...init.headers };
  return (await fetch(`${host.url}${path}`, { ...init, headers })).json();
}

let deliveries = 0;

function bodyOf({ eventType, payload }: Happened, projectId: string): object {
  deliveries += 1;
  return { eventType, logPayload: { runId: `run-${deliveries}`, projectId }, payload };
}

function writes(calls: KiliDouble["calls"]): object[] {
  return calls.flatMap(({ query, fields, variables }) =>
    query.trimStart().startsWith("mutation") ? [{ fields, variables }] : [],
  );
}

/** A Kili in which the same ids will be given out, whoever asks. */
function reset(name: string): KiliDouble["calls"] {
  double = createKiliDouble(KEY);
  const projectId = `project-${name}`;
  const user = { id: "user-1", email: "ann@example.com" };
  double.state.projects.set(projectId, {
    ...{ id: projectId, title: "Project", inputType: "IMAGE", jsonInterface: '{"jobs":{}}', minConsensusSize: 2 },
    roles: [{ id: "role-1", role: "ADMIN", activated: true, status: "ACTIVATED", user }],
  });
  for (const [id, externalId] of Object.entries({ "asset-1": "one", "asset-2": "two" }))
    double.state.assets.set(id, { id, externalId, projectId, status: "LABELED", jsonMetadata: '{"url": "u", "x": 1}' });
  for (const [n, author] of [user, { id: "user-2", email: "bob@example.com" }].entries()) {
    const id = `label-${n + 1}`;
    const jsonResponse = JSON.stringify({
      JOB_0: { annotations: [BOX(`a${n}`, 0.5, 0.25)] },
      JOB_1: { categories: [{ name: `c${n}` }] },
    });
    double.state.labels.set(id, {
      ...{ id, assetId: "asset-1", projectId, labelType: "DEFAULT", author, jsonResponse },
      createdAt: "2026-01-01T00:00:00.000Z",
    });
  }
  double.state.events.push({ id: "event-1", event: "asset.skipped", projectId, createdAt: "2026-01-01T00:00:00.000Z" });
  return double.calls;
}
