// Plugins that came with the deployment, as its static assets.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { BuildResult } from "../../schemas/artifact.ts";
import type { Env } from "../../worker/env.ts";
import { syncDeployed } from "../../worker/registry/sync-deployed.ts";
import { inlineArtifact } from "../dispatch/inline-plugin.ts";
import { countRows, emptyDatabase } from "../store/test-db.ts";
import { NOW } from "../store/rows.ts";

/** A host with these files under plugins/, and how often it was asked for each. */
function deployed(files: Readonly<Record<string, unknown>>): { host: Env; asked: Map<string, number> } {
  const asked = new Map<string, number>();
  const ASSETS = {
    fetch: async (url: string): Promise<Response> => {
      const file = url.replace("http://assets/plugins/", "");
      asked.set(file, (asked.get(file) ?? 0) + 1);
      const content = files[file];
      if (content === undefined) return new Response("not found", { status: 404 });
      return new Response(typeof content === "string" ? content : JSON.stringify(content));
    },
  } as unknown as Fetcher;
  return { host: { ...env, ASSETS }, asked };
}

function indexOf(hash: string, names: readonly string[], status: BuildResult["status"] = "failed"): unknown {
  return { hash, plugins: names.map((name) => ({ name, file: `${name}.json`, status })) };
}

function failedBuild(name: string): BuildResult {
  return { status: "failed", name, problems: [{ file: "main.ts", line: 1, column: 1, message: "no", frame: null }] };
}

async function namesBy(status: string): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT name FROM plugins WHERE status = ?1 ORDER BY name")
    .bind(status)
    .all<{ name: string }>();
  return results.map(({ name }) => name);
}

beforeEach(emptyDatabase);

describe("syncDeployed", () => {
  test("registers what was deployed, once", async () => {
    const artifact = await inlineArtifact({ name: "good", projects: ["sync"], source: "onSubmit() {}" });
    const files = {
      "index.json": indexOf("one", ["good", "bad"]),
      "good.json": { status: "built", artifact },
      "bad.json": failedBuild("bad"),
    };
    const { host, asked } = deployed(files);
    expect(await syncDeployed(host, NOW)).toBe(true);
    expect([await namesBy("ACTIVE"), await namesBy("FAILED")]).toEqual([["good"], ["bad"]]);
    expect(await syncDeployed(host, NOW)).toBe(true);
    expect(await syncDeployed(deployed(files).host, NOW)).toBe(true);
    expect(asked.get("good.json")).toBe(1);
    expect([await countRows("build_errors"), await countRows("audit"), await countRows("versions")]).toEqual([1, 2, 1]);
  });

  test("a new deployment is registered anew, what has not changed stays", async () => {
    const artifact = await inlineArtifact({ name: "good", projects: [], source: "onSubmit() {}" });
    const good = { status: "built", artifact };
    await syncDeployed(deployed({ "index.json": indexOf("one", ["good"]), "good.json": good }).host, NOW);
    const next = {
      "index.json": indexOf("two", ["good", "more"]),
      "good.json": good,
      "more.json": failedBuild("more"),
    };
    expect(await syncDeployed(deployed(next).host, NOW)).toBe(true);
    expect([await countRows("versions"), await namesBy("FAILED")]).toEqual([1, ["more"]]);
  });

  test("more than one invocation may register are continued where it stopped", async () => {
    const names = Array.from({ length: 170 }, (_, i) => `p${String(i).padStart(3, "0")}`);
    const builds = Object.fromEntries(names.map((name) => [`${name}.json`, failedBuild(name)]));
    const { host, asked } = deployed({ "index.json": indexOf("many", names), ...builds });
    expect(await syncDeployed(host, NOW)).toBe(false);
    expect(await countRows("plugins")).toBe(80);
    expect(await syncDeployed(host, NOW)).toBe(false);
    expect(await syncDeployed(host, NOW)).toBe(true);
    expect(await namesBy("FAILED")).toEqual(names);
    for (const name of names) expect(asked.get(`${name}.json`)).toBe(1);
  });

  test.each<[string, unknown]>([
    ["is missing", undefined],
    ["is no JSON", "{"],
    ["is no build", { status: "maybe" }],
    ["is of another format", { status: "built", artifact: { format: 99 } }],
  ])("a build that %s is that plugin's failure, and stops no other", async (_, content) => {
    const { host } = deployed({
      "index.json": indexOf("odd", ["a", "odd", "z"]),
      "a.json": failedBuild("a"),
      "odd.json": content,
      "z.json": failedBuild("z"),
    });
    expect(await syncDeployed(host, NOW)).toBe(true);
    expect(await namesBy("FAILED")).toEqual(["a", "odd", "z"]);
  });

  test("what was registered before a failure of the host's is not registered again", async () => {
    const names = ["a", "b"];
    const files = { "index.json": indexOf("twice", names), "a.json": failedBuild("a"), "b.json": failedBuild("b") };
    const { host, asked } = deployed(files);
    const fetch = host.ASSETS.fetch.bind(host.ASSETS);
    let down = true;
    const flaky = {
      fetch: (url: string) =>
        down && url.endsWith("b.json") ? Promise.reject(new Error("assets are down")) : fetch(url),
    } as unknown as Fetcher;
    await expect(syncDeployed({ ...host, ASSETS: flaky }, NOW)).rejects.toThrow("assets are down");
    down = false;
    expect(await syncDeployed({ ...host, ASSETS: flaky }, NOW)).toBe(true);
    expect([asked.get("a.json"), asked.get("b.json")]).toEqual([1, 1]);
    expect(await countRows("build_errors")).toBe(2);
  });

  test("a deployment without an index is the host's trouble, told as such", async () => {
    await expect(syncDeployed(deployed({}).host, NOW)).rejects.toThrow(/was npm run build run\?/);
  });
});
