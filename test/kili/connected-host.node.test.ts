// A host that is connected to Kili, as its users run it: the whole Worker over HTTP, with a key for a double of Kili that
// is another server.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ADMIN_API_KEY } from "../../bench/open-bench-host.ts";
import { openWorker, ROOT, type OpenWorker } from "../../bench/open-worker.ts";
import { WEBHOOK_HEADERS, WEBHOOK_SECRET } from "../../bench/webhook.ts";
import { registerPlugin } from "../../cli/api/register-plugin.ts";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { runTypes } from "../../cli/commands/run-types.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { serveKiliDouble, type ServedKiliDouble } from "../kili-double/serve-kili-double.ts";

const PROJECT = "streets";
const samples = join(import.meta.dirname, "..", "cli", "label-types");
const double = createKiliDouble("double-key");
let kili: ServedKiliDouble;
let host: OpenWorker;

beforeAll(async () => {
  kili = await serveKiliDouble(double);
  host = await openWorker(join(ROOT, "wrangler.toml"), {
    variables: {
      ...{ WEBHOOK_SECRET, ADMIN_API_KEY, ENVIRONMENT: "production" },
      ...{ KILI_API_KEY: "double-key", KILI_API_ENDPOINT: kili.endpoint },
    },
  });
  const access = { url: host.url, adminKey: ADMIN_API_KEY, fetch };
  const registered = await registerPlugin(access, await buildPluginFolder(join(import.meta.dirname, "shadow-rule")));
  expect(registered).toMatchObject({ ok: true, value: { status: "registered" } });
}, 60_000);

afterAll(async () => {
  await host?.close();
  await kili?.close();
});

beforeEach(async () => {
  double.reset();
  const sample = JSON.parse(await readFile(join(samples, "image.json"), "utf8")) as { jsonInterface: object };
  const jsonInterface = JSON.stringify(sample.jsonInterface);
  double.state.projects.set(PROJECT, { id: PROJECT, title: "Streets", inputType: "IMAGE", jsonInterface });
  double.state.assets.set("asset-1", { id: "asset-1", externalId: "one", projectId: PROJECT, status: "LABELED" });
  for (const id of ["label-1", "label-2"])
    double.state.labels.set(id, { id, assetId: "asset-1", labelType: "DEFAULT", jsonResponse: "{}" });
});

async function ask(query: string): Promise<unknown> {
  const headers = { "content-type": "application/json", "x-api-key": ADMIN_API_KEY };
  const answer = await fetch(`${host.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
  return answer.json();
}

it("shadow: a plugin reads from Kili, its writes go nowhere, and the run says what they would have done", async () => {
  const body = {
    eventType: "onSubmit",
    logPayload: { runId: "shadow-1", projectId: PROJECT },
    payload: { label: { id: "label-2", jsonResponse: {} }, asset_id: "asset-1" },
  };
  const init = { method: "POST", headers: WEBHOOK_HEADERS, body: JSON.stringify(body) };
  expect((await fetch(`${host.url}/webhook`, init)).status).toBe(202);
  const query = `{ runs(where: { projectId: "${PROJECT}" }) {
    mode dryRun outcome { type result } writes { sentence state operation } calls { target result }
  } }`;
  await vi.waitFor(
    async () =>
      expect(await ask(query)).toEqual({
        data: {
          runs: [
            {
              mode: "shadow",
              dryRun: true,
              outcome: { type: "ok", result: expect.stringMatching(/^"dry-run-/) as string },
              writes: [
                { sentence: "would open 2 issues on asset asset-1", state: "withheld", operation: "createIssues" },
                {
                  sentence: "would send asset asset-1 back to the queue",
                  state: "withheld",
                  operation: "sendBackAssetsToQueue",
                },
              ],
              calls: [
                { target: "labels", result: "ok" },
                { target: "createIssues", result: "dry_run" },
                { target: "sendBackAssetsToQueue", result: "dry_run" },
              ],
            },
          ],
        },
      }),
    { timeout: 20_000, interval: 100 },
  );
  // All that Kili was asked, and how it stands after it.
  expect(double.calls.length).toBeGreaterThan(0);
  expect(double.calls.filter(({ query: sent }) => sent.includes("mutation"))).toEqual([]);
  expect(new Set(double.calls.flatMap(({ fields }) => fields))).toEqual(new Set(["labels"]));
  expect(double.state.issues.size).toBe(0);
  expect(double.state.assets.get("asset-1")).toMatchObject({ status: "LABELED" });
});

describe("kili-edge types --project", () => {
  let folder: string;
  let aside: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kili-edge-types-"));
    aside = [];
    vi.stubEnv("KILI_EDGE_API_KEY", ADMIN_API_KEY);
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  const types = (project: string, out: string): Promise<number> =>
    runTypes({ root: ROOT, url: host.url, data: folder, project, out });

  it("writes what the host reads from Kili", async () => {
    const out = join(folder, "labels.ts");
    expect(await types(PROJECT, out)).toBe(0);
    const golden = await readFile(join(samples, "image.labels.ts"), "utf8");
    // In the style of where it is, which is not the repository's.
    const written = await format(await readFile(out, "utf8"), { parser: "typescript", printWidth: 120 });
    expect(written).toBe(golden.replace('"image.json"', `project ${PROJECT}`));
    expect(double.calls.map(({ fields }) => fields)).toEqual([["projects"]]);
  });

  it("says what keeps it from that", async () => {
    expect(await types("nowhere", join(folder, "labels.ts"))).toBe(1);
    expect(aside.join("")).toMatch(/Kili shows the host no project "nowhere", wanted one that its key can see/);
    double.fail({ times: 1, message: "[accessDenied] not yours" });
    expect(await types(PROJECT, join(folder, "labels.ts"))).toBe(1);
    expect(aside.join("")).toContain("not yours");
  });
});
