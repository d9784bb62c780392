// Builds on their way into the registry, over HTTP: what becomes current, and what does not.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { BuildResult } from "../../schemas/artifact.ts";
import { solitude } from "../../worker/solitude.ts";
import { inlineArtifact, useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { ADMIN_API_KEY, fetchHost, postWebhook, registerBuild, waitForRuns, webhookBody } from "../test-host.ts";

const PROBLEM = { file: "plugins/x/main.ts", line: 3, column: 7, message: "Cannot find name", frame: "3 | oops" };
const failedBuild = (name: string): BuildResult => ({ status: "failed", name, problems: [PROBLEM] });

function statusOf(name: string): Promise<string | null> {
  return env.DB.prepare("SELECT status FROM plugins WHERE name = ?1").bind(name).first<string>("status");
}

async function ask(query: string): Promise<unknown> {
  const headers = { authorization: `X-API-Key: ${ADMIN_API_KEY}`, "content-type": "application/json" };
  const answer = await fetchHost("/graphql", { method: "POST", headers, body: JSON.stringify({ query }) });
  return (await answer.json<{ data: { data: unknown } }>()).data.data;
}

/** The plugin's build errors as Kili's own SDK reads them. */
function buildErrorsOf(name: string): Promise<unknown> {
  return ask(`{ data: getPluginBuildErrors(data: { pluginName: "${name}" }) { content logType } }`);
}

async function saidOn(projectId: string): Promise<string[]> {
  const answer = await postWebhook(webhookBody(projectId));
  const { id, deliveries } = await answer.json<{ id: string; deliveries: number }>();
  return (await waitForRuns(id, deliveries)).flatMap(({ logs }) => logs);
}

describe("a build that loads", () => {
  test("does so only once nothing runs that is to be alone in the process", async () => {
    const name = "patient";
    // Nothing is to be slow but what waits.
    await useInlinePlugin({ name: "impatient", projects: [], source: "onSubmit() {}" });
    expect(solitude.ask("an inbox", 10_000, Date.now())).toBe("alone");
    const registered = useInlinePlugin({ name, projects: [], source: "onSubmit() {}" });
    await scheduler.wait(1_000);
    expect(await statusOf(name)).toBe(null);
    solitude.end("an inbox", Date.now());
    await registered;
    expect(await statusOf(name)).toBe("ACTIVE");
  });

  test("is registered once, and unchanged after", async () => {
    const artifact = await useInlinePlugin({ name: "first", projects: ["reg-1"], source: "onSubmit() {}" });
    expect(await registerBuild({ status: "built", artifact })).toEqual({
      status: "unchanged",
      name: "first",
      version: "1.0.0",
    });
    expect(await statusOf("first")).toBe("ACTIVE");
    const { results } = await env.DB.prepare("SELECT action FROM audit WHERE plugin_name = 'first'").all();
    expect(results).toEqual([{ action: "registered" }]);
  });

  test("is active where its manifest says, and an operator's word stays", async () => {
    await useInlinePlugin({ name: "second", projects: ["reg-2"], source: "onSubmit() { this.logger.info('one'); }" });
    expect(await saidOn("reg-2")).toEqual(["info: one"]);
    await ask('mutation { data: deactivatePluginOnProject(where: { pluginName: "second", projectId: "reg-2" }) }');
    await useInlinePlugin({ name: "second", projects: ["reg-2"], source: "onSubmit() { this.logger.info('two'); }" });
    expect(await saidOn("reg-2")).toEqual([]);
  });

  test("an older artifact can come back", async () => {
    const build = (word: string) => ({
      name: "back",
      projects: ["reg-3"],
      source: `onSubmit() { this.logger.info("${word}"); }`,
    });
    await useInlinePlugin(build("old"));
    await useInlinePlugin(build("new"));
    await useInlinePlugin(build("old"));
    expect(await saidOn("reg-3")).toEqual(["info: old"]);
  });

  test("the same build twenty times at once is one version", async () => {
    const artifact = await inlineArtifact({ name: "rush", projects: ["reg-4"], source: "onSubmit() {}" });
    const answers = await Promise.all(Array.from({ length: 20 }, () => registerBuild({ status: "built", artifact })));
    for (const { status } of answers) expect(["registered", "unchanged"]).toContain(status);
    const { results } = await env.DB.prepare(
      "SELECT versions.hash FROM versions JOIN plugins ON plugins.id = versions.plugin_id WHERE plugins.name = 'rush'",
    ).all();
    expect(results).toEqual([{ hash: artifact.hash }]);
  });

  test("of code far larger than a row", async () => {
    const filler = `static filler = ${JSON.stringify("é漢".repeat(500_000))};`;
    await useInlinePlugin({
      name: "large",
      projects: ["reg-5"],
      source: `${filler} onSubmit() { this.logger.info(PluginHandler.filler.length); }`,
    });
    expect(await saidOn("reg-5")).toEqual(["info: 1000000"]);
  });
});

describe("a build that failed", () => {
  test("is FAILED, its errors readable, the version before it still running", async () => {
    await useInlinePlugin({
      name: "breaks",
      projects: ["reg-6"],
      source: "onSubmit() { this.logger.info('still here'); }",
    });
    expect(await registerBuild(failedBuild("breaks"))).toEqual({
      ...{ status: "failed", name: "breaks", version: null },
      message: "Cannot find name",
    });
    expect(await statusOf("breaks")).toBe("FAILED");
    expect(await ask('{ data: getPluginRunnerStatus(name: "breaks") }')).toBe("FAILED");
    const errors = JSON.stringify(await buildErrorsOf("breaks"));
    expect(errors).toContain("plugins/x/main.ts:3:7");
    expect(errors).toContain("3 | oops");
    expect(await saidOn("reg-6")).toEqual(["info: still here"]);
  });

  test("and is built again as it was is ACTIVE again", async () => {
    const plugin = { name: "mends", projects: ["reg-7"], source: "onSubmit() { this.logger.info('mended'); }" };
    await useInlinePlugin(plugin);
    await registerBuild(failedBuild("mends"));
    await useInlinePlugin(plugin);
    expect(await statusOf("mends")).toBe("ACTIVE");
    expect(await saidOn("reg-7")).toEqual(["info: mended"]);
  });

  test("of a plugin nobody has seen is there to be read, and runs nothing", async () => {
    await registerBuild(failedBuild("unborn"));
    expect(await statusOf("unborn")).toBe("FAILED");
    expect(await buildErrorsOf("unborn")).toHaveLength(1);
    expect((await postWebhook(webhookBody("reg-8"), "/webhook/unborn")).status).toBe(404);
  });

  test.each([
    ["throws at load", "throw new Error('not today'); export default class {}", "not today"],
    ["is no JavaScript", "export default class {", "SyntaxError"],
    ["imports what is not there", "import 'node:fs'; export default class {}", "node:fs"],
    ["exports no class", "export default { onSubmit() {} }", "the module's default export is not a class"],
    ["exports nothing", "export const onSubmit = 1;", "default"],
  ])("because its module %s, in the platform's words", async (what, source, words) => {
    const name = `module ${what}`;
    const artifact = await inlineArtifact({ name, projects: ["reg-9"], source });
    const answer = await registerBuild({ status: "built", artifact });
    expect(answer).toMatchObject({ status: "failed", name, version: "1.0.0" });
    expect(answer.message).toMatch(/^Cannot load the module: /);
    expect(answer.message).toContain(words);
    expect(JSON.stringify(await buildErrorsOf(name))).toContain("main.ts");
    expect(await statusOf(name)).toBe("FAILED");
  });
});

describe("PUT /api/plugins", () => {
  const put = async (
    body: BodyInit,
    headers: Record<string, string> = { "x-api-key": ADMIN_API_KEY },
  ): Promise<[number, string, string]> => {
    const answer = await fetchHost("/api/plugins", { method: "PUT", headers, body });
    const { error } = await answer.json<{ error: { code: string; message: string } }>();
    return [answer.status, error.code, error.message];
  };

  test.each<[string, Record<string, string>]>([
    ["no key", {}],
    ["an empty key", { "x-api-key": "" }],
    ["a key with one character wrong", { "x-api-key": `${ADMIN_API_KEY.slice(0, -1)}x` }],
    ["the webhook's secret", { "x-api-key": "test-webhook-secret" }],
  ])("%s registers nothing", async (_, headers) => {
    const answer = await put(JSON.stringify(failedBuild("intruder")), headers);
    expect(answer.slice(0, 2)).toEqual([401, "wrong_key"]);
    expect(await statusOf("intruder")).toBeNull();
  });

  test.each<[string, string]>([
    ["nothing", ""],
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["an empty object", "{}"],
    ["a status nobody knows", '{"status":"maybe"}'],
    ["a failure without problems", '{"status":"failed","name":"x","problems":[]}'],
    ["a failure without a name", JSON.stringify({ ...failedBuild(""), name: "" })],
    ["a build without an artifact", '{"status":"built"}'],
  ])("%s is refused with its place", async (_, body) => {
    const [status, code, message] = await put(body);
    expect([status, code]).toEqual([422, "bad_build"]);
    expect(message).toMatch(/^Cannot register the plugin: \S+: ./);
  });

  test("an artifact of another format, or with a manifest that is not closed, is refused", async () => {
    const artifact = await inlineArtifact({ name: "odd", projects: [], source: "onSubmit() {}" });
    const wrong = [
      { ...artifact, format: 2 },
      { ...artifact, hash: "x" },
      { ...artifact, manifest: { ...artifact.manifest, surprise: true } },
      { ...artifact, manifest: { ...artifact.manifest, events: ["no such handler!"] } },
    ];
    for (const each of wrong) {
      const [status, code] = await put(JSON.stringify({ status: "built", artifact: each }));
      expect([status, code]).toEqual([422, "bad_build"]);
    }
    expect(await statusOf("odd")).toBeNull();
  });
});
