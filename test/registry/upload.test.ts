// From an archive to a running version, over HTTP: as Kili's SDK goes, and as it goes wrong.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { tinyLibrary } from "../python/tiny-library.ts";
import { zip, type ZipFiles } from "../zip.ts";
import { ADMIN_API_KEY, fetchHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";

interface Answer {
  readonly data: { readonly data: unknown } | null;
  readonly errors?: readonly { readonly message: string }[];
}

async function ask(query: string, variables: Record<string, unknown>): Promise<Answer> {
  const answer = await fetchHost("/api/label/v2/graphql", {
    method: "POST",
    headers: { authorization: `X-API-Key: ${ADMIN_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}

async function askText(query: string, variables: Record<string, unknown>): Promise<string> {
  const { data, errors } = await ask(query, variables);
  expect(errors).toBeUndefined();
  return String(data?.data);
}

// The documents as Kili's SDK writes them.
const CREATE = `mutation($pluginName: String!) { data: createPlugin(data: { pluginName: $pluginName }) }`;
const UPDATE_URL = `mutation($pluginName: String!) { data: generateUpdateUrl(data: { pluginName: $pluginName }) }`;
const runner = (verb: "create" | "update") => `mutation(
  $eventMatcher: [String!] $handlerTypes: [PluginHandlerType!] $pluginName: String!
) { data: ${verb}PluginRunner(data: { eventMatcher: $eventMatcher handlerTypes: $handlerTypes pluginName: $pluginName }) }`;
const DELETE = `mutation($pluginName: String!) { data: deletePlugin(where: { pluginName: $pluginName }) }`;
const STATUS = `query($name: String!) { data: getPluginRunnerStatus(name: $name) }`;
const ERRORS = `query($pluginName: String!) { data: getPluginBuildErrors(data: { pluginName: $pluginName }) { content } }`;
const PLUGIN = `query($name: String!) { data: plugin(name: $name) { projectIds currentVersion { id version } versions(first: 50) { id version } } }`;
const ROLLBACK = `mutation($pluginName: String!, $versionId: ID!) { data: rollbackPlugin(data: { pluginName: $pluginName, versionId: $versionId }) }`;
const ACTIVATE = `mutation($pluginName: String!, $projectId: ID!) { data: activatePluginOnProject(where: { pluginName: $pluginName projectId: $projectId }) }`;

const statusOf = (name: string) => askText(STATUS, { name });
async function errorsOf(pluginName: string): Promise<string[]> {
  const { data } = await ask(ERRORS, { pluginName });
  return (data?.data as { content: string }[] | undefined)?.map(({ content }) => content) ?? [];
}

interface PluginAnswer {
  readonly projectIds: string[];
  readonly currentVersion: { readonly id: string; readonly version: string } | null;
  readonly versions: readonly { readonly id: string; readonly version: string }[];
}
const pluginOf = async (name: string) => (await ask(PLUGIN, { name })).data?.data as PluginAnswer | null;

async function put(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  expect(url).toMatch(/^http:\/\/host\/api\/label\/v2\/uploads\/[0-9a-f]{64}$/);
  return fetchHost(new URL(url).pathname, {
    method: "PUT",
    headers: { "content-type": "application/zip", ...headers },
    body,
  });
}

async function upload(
  pluginName: string,
  files: ZipFiles,
  facts: { handlerTypes?: string[]; eventMatcher?: string[] } = { handlerTypes: ["onSubmit"] },
): Promise<string> {
  const isNew = (await pluginOf(pluginName)) === null;
  const url = await askText(isNew ? CREATE : UPDATE_URL, { pluginName });
  expect((await put(url, await zip(files))).status).toBe(200);
  return askText(runner(isNew ? "create" : "update"), { pluginName, ...facts });
}

const CORE = `import { PluginCore } from "kili-edge/sdk";\n`;
const script = (result: string): string =>
  `${CORE}export default class PluginHandler extends PluginCore { async onSubmit() { return ${JSON.stringify(result)}; } }`;
const toml = (name: string, version = "1.0.0"): string =>
  `manifest_version = 1\nname = ${JSON.stringify(name)}\nversion = "${version}"\nmain = "main.ts"\nevents = ["onSubmit"]\n`;

/** What the plugin answers to the next event of a project. */
async function resultOn(projectId: string): Promise<string | null> {
  const accepted: { id: string } = await (await postWebhook(webhookBody(projectId))).json();
  const [run] = await waitForRuns(accepted.id, 1);
  return run?.outcome.type === "ok" ? run.outcome.result : JSON.stringify(run?.outcome);
}

beforeAll(async () => {
  await fetchHost("/healthz");
});

describe("an uploaded plugin", () => {
  it("is built from several files, runs nowhere at first, and then where it is activated", async () => {
    const said = await upload("several files", {
      "plugin.toml": toml("several files"),
      "main.ts": `${CORE}import { twice } from "./lib/twice.js"; import words from "./words.json";
        export default class PluginHandler extends PluginCore { async onSubmit(): Promise<string> { return twice(words.hello); } }`,
      "lib/twice.ts": "export const twice = (text: string): string => text + text;",
      "words.json": `{ "hello": "hi" }`,
      "README.md": new Uint8Array([0xff, 0xfe]),
    });
    expect(said).toBe("Plugin with name several files successfully created, version 1.0.0");
    expect(await statusOf("several files")).toBe("ACTIVE");
    expect((await pluginOf("several files"))?.projectIds).toEqual([]);
    expect(await askText(ACTIVATE, { pluginName: "several files", projectId: "up-1" })).toContain(
      "successfully activated",
    );
    expect(await resultOn("up-1")).toBe('"hihi"');
  });

  it("needs no manifest: the upload's own words make one, which grants nothing", async () => {
    await upload("no manifest", { "main.js": script("js") }, { eventMatcher: ["labels.created.*"] });
    expect(await statusOf("no manifest")).toBe("FAILED");
    expect((await errorsOf("no manifest")).join()).toContain('Cannot deliver "labels.created.*"');
    await upload("no manifest", { "main.js": script("js") });
    expect(await statusOf("no manifest")).toBe("ACTIVE");
    await askText(ACTIVATE, { pluginName: "no manifest", projectId: "up-2" });
    expect(await resultOn("up-2")).toBe('"js"');
  });

  it("may hold its manifest in a comment, whose mistakes are shown at their place", async () => {
    const block = `// /// kili-edge\n// version = "2.0.0"\n// events = ["onSubmit"]\n// [config]\n// x = 1\n// ///\n`;
    expect(await upload("inline", { "main.ts": block + script("in") }, {})).toContain("version 2.0.0");
    await upload("inline", { "main.ts": block.replace("[config]", "[confg]") + script("in") }, {});
    expect((await errorsOf("inline"))[0]).toContain("main.ts:4:5: Cannot accept manifest: found unknown key");
  });

  it("that does not build is FAILED, and what ran before keeps running", async () => {
    await upload("updated", { "main.ts": script("one") });
    await askText(ACTIVATE, { pluginName: "updated", projectId: "up-3" });
    const said = await upload("updated", { "main.ts": `${CORE}const x = ;\n` });
    expect(said).toBe(
      "Plugin with name updated did not build, its build errors say why; the version from before keeps running",
    );
    expect(await statusOf("updated")).toBe("FAILED");
    const errors = await errorsOf("updated");
    expect(errors[0]).toMatch(/^main\.ts:2:11: Cannot bundle: Unexpected ";"\n\n/);
    expect(errors[0]).toContain("> 2 | const x = ;");
    expect(errors.at(-1)).toBe("The version from before keeps running: this update changed nothing");
    expect(await resultOn("up-3")).toBe('"one"');
  });

  it("that builds but does not load is FAILED too", async () => {
    await upload("unloadable", { "main.ts": `${script("x")}\nthrow new Error("at load");` });
    expect(await statusOf("unloadable")).toBe("FAILED");
    expect((await errorsOf("unloadable"))[0]).toContain("at load");
    expect((await pluginOf("unloadable"))?.currentVersion).toBeNull();
  });

  it("in Python that imports what is not there is a build error with its place", async () => {
    await upload("python", {
      "main.py":
        "import numpy\nfrom kili.plugins import PluginCore\n\nclass PluginHandler(PluginCore):\n" +
        "    def on_submit(self, label, asset_id):\n        pass\n",
    });
    expect(await statusOf("python")).toBe("FAILED");
    expect((await errorsOf("python"))[0]).toContain('main.py:1:1: Cannot import "numpy"');
  });

  it("in Python brings the compiled code of its packages", async () => {
    await upload("compiled", {
      "main.py":
        "import tiny\nfrom kili.plugins import PluginCore\n\nclass PluginHandler(PluginCore):\n" +
        "    def on_submit(self, label, asset_id):\n        return tiny.ANSWER\n",
      "python_packages/tiny.abi3.so": tinyLibrary(),
    });
    expect(await errorsOf("compiled")).toEqual([]);
    await askText(ACTIVATE, { pluginName: "compiled", projectId: "up-compiled" });
    expect(await resultOn("up-compiled")).toBe("42");
  });

  it("in Python without permissions gets what its code calls for, and what an update adds is said and audited", async () => {
    const main = (calls: string) =>
      `from kili.plugins import PluginCore\n\nclass PluginHandler(PluginCore):\n    def on_submit(self, label, asset_id):\n        ${calls}\n`;
    expect(await upload("scoped", { "main.py": main("self.kili.labels(self.project_id)") })).toBe(
      "Plugin with name scoped successfully created, version 0.0.0; it may use: kili labels:read",
    );
    const more = main("self.kili.labels(self.project_id); self.kili.send_back_to_queue([asset_id])");
    expect(await upload("scoped", { "main.py": more })).toBe(
      "Plugin with name scoped successfully updated, version 0.0.0; it may now also use: kili assets:write",
    );
    const { results } = await env.DB.prepare(
      "SELECT detail FROM audit WHERE plugin_name = 'scoped' AND action = 'registered' ORDER BY created_at",
    ).all<{ detail: string }>();
    expect(results.map(({ detail }) => detail.replace(/ \(\w+\)/, ""))).toEqual([
      "0.0.0; may now: kili labels:read",
      "0.0.0; may now: kili assets:write",
    ]);
  });

  it("is no other plugin than the one it was uploaded as", async () => {
    await upload("one name", { "plugin.toml": toml("another name"), "main.ts": script("x") });
    expect((await errorsOf("one name"))[0]).toContain(
      'plugin.toml:2:8: Cannot build plugin: found the name "another name"',
    );
    expect(await pluginOf("another name")).toBeNull();
  });

  it("from a hostile archive is a build error", async () => {
    await upload("not a zip", { "plugin.toml": new Uint8Array([0xff]), "main.ts": "" });
    expect((await errorsOf("not a zip"))[0]).toContain("not UTF-8");
    const url = await askText(UPDATE_URL, { pluginName: "not a zip" });
    await put(url, "no zip at all");
    await askText(runner("update"), { pluginName: "not a zip" });
    expect((await errorsOf("not a zip"))[0]).toContain("archive.zip: Cannot unpack the archive: found no zip");
  });
});

describe("versions", () => {
  it("are kept, rolled back to, and pruned with their code", async () => {
    for (let n = 1; n <= 12; n += 1) {
      await upload("many", { "plugin.toml": toml("many", `${n}.0.0`), "main.ts": script(`v${n}`) });
    }
    const plugin = await pluginOf("many");
    expect(plugin?.versions.map(({ version }) => version).toSorted()).toEqual(
      Array.from({ length: 10 }, (_, n) => `${n + 3}.0.0`).toSorted(),
    );
    await askText(ACTIVATE, { pluginName: "many", projectId: "up-4" });
    expect(await resultOn("up-4")).toBe('"v12"');
    const old = plugin?.versions.find(({ version }) => version === "3.0.0");
    expect(await askText(ROLLBACK, { pluginName: "many", versionId: old?.id })).toBe(
      "Plugin with name many successfully rolled back to version 3.0.0",
    );
    expect(await resultOn("up-4")).toBe('"v3"');
    const orphans = await env.DB.prepare(
      "SELECT count(*) AS n FROM artifact_chunks WHERE hash NOT IN (SELECT hash FROM versions)",
    ).first("n");
    expect(orphans).toBe(0);
    const { errors } = await ask(ROLLBACK, { pluginName: "many", versionId: "nothing" });
    expect(errors?.[0]?.message).toBe(
      'Cannot roll back plugin "many": it has no version "nothing", wanted one that is kept',
    );
  });
});

describe("deletePlugin", () => {
  it("ends its runs, and its name is free", async () => {
    await upload("short lived", { "main.ts": script("a") });
    await askText(ACTIVATE, { pluginName: "short lived", projectId: "up-5" });
    expect(await resultOn("up-5")).toBe('"a"');
    expect(await askText(DELETE, { pluginName: "short lived" })).toBe(
      "Plugin with name short lived successfully deleted",
    );
    expect(await pluginOf("short lived")).toBeNull();
    expect(await (await postWebhook(webhookBody("up-5"))).json()).toMatchObject({ deliveries: 0 });
    expect((await ask(DELETE, { pluginName: "short lived" })).errors?.[0]?.message).toContain("none has that name");
    await upload("short lived", { "main.ts": script("b") });
    expect((await pluginOf("short lived"))?.projectIds).toEqual([]);
    expect(await errorsOf("short lived")).toEqual([]);
  });
});

describe("an upload URL", () => {
  it("is refused for a name that is taken, in the words that Kili's SDK looks for", async () => {
    await upload("taken", { "main.ts": script("x") });
    for (const query of [CREATE, runner("create")]) {
      const { errors } = await ask(query, { pluginName: "taken" });
      expect(errors?.[0]?.message).toContain(`an entity Plugin already exists with value "taken" for field 'name'`);
    }
    for (const query of [UPDATE_URL, runner("update")]) {
      const { errors } = await ask(query, { pluginName: "nobody's" });
      expect(errors?.[0]?.message).toBe(`Cannot update plugin "nobody's": none has that name`);
    }
  });

  it.each(["", " ", " box", "box\n", "\u001b[31mred", "x".repeat(129)])(
    "is refused for the name %j",
    async (pluginName) => {
      const { errors } = await ask(CREATE, { pluginName });
      const found = `Cannot create plugin: its name has ${pluginName.length} characters, wanted 1 to 128 visible ones and`;
      expect(errors?.[0]?.message).toContain(found);
    },
  );

  it("takes one archive, once", async () => {
    const url = await askText(CREATE, { pluginName: "once" });
    expect((await put(url, "first")).status).toBe(200);
    expect((await put(url, "second")).status).toBe(404);
    expect((await put(`http://host/api/label/v2/uploads/${"0".repeat(64)}`, "x")).status).toBe(404);
  });

  it("takes the same archive again, from a sender that had no answer the first time", async () => {
    const url = await askText(CREATE, { pluginName: "again" });
    const archive = new Uint8Array(2_500_000).fill(7);
    for (const attempt of [1, 2, 3]) {
      const answer = await put(url, archive);
      expect([attempt, answer.status, await answer.json()]).toEqual([attempt, 200, { bytes: archive.byteLength }]);
    }
    archive[2_400_000] = 8;
    expect((await put(url, archive)).status).toBe(404);
    expect((await put(url, archive.slice(1))).status).toBe(404);
    expect((await put(url, archive.slice(0, 1_000_000))).status).toBe(404);
  });

  it("takes one of two that are sent at the same time", async () => {
    const url = await askText(CREATE, { pluginName: "race" });
    const answers = await Promise.all([put(url, "one"), put(url, "two"), put(url, "three")]);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const rows = await env.DB.prepare(
      "SELECT count(*) AS n FROM archive_chunks JOIN uploads ON uploads.id = upload_id WHERE plugin_name = 'race'",
    ).first("n");
    expect(rows).toBe(1);
  });

  it("holds for a while only", async () => {
    const url = await askText(CREATE, { pluginName: "late" });
    await env.DB.prepare("UPDATE uploads SET expires_at = 1 WHERE plugin_name = 'late'").run();
    expect((await put(url, "x")).status).toBe(404);
  });

  it("takes no more than the cap, said or unsaid, and keeps none of it", async () => {
    const url = await askText(CREATE, { pluginName: "large" });
    const piece = new Uint8Array(1024 * 1024);
    let pieces = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pieces += 1;
        controller.enqueue(piece);
        if (pieces > 20) controller.close();
      },
    });
    expect((await put(url, endless)).status).toBe(413);
    expect((await put(url, new Uint8Array(9 * 1024 * 1024))).status).toBe(413);
    expect((await put(url, "")).status).toBe(400);
    const rows = await env.DB.prepare(
      "SELECT count(*) AS n FROM archive_chunks JOIN uploads ON uploads.id = upload_id WHERE plugin_name = 'large'",
    ).first("n");
    expect(rows).toBe(0);
    // Nothing was used up by it.
    expect((await put(url, new Uint8Array(3_000_000))).status).toBe(200);
  });

  it("must have been used before a runner is made", async () => {
    await askText(CREATE, { pluginName: "unsent" });
    const { errors } = await ask(runner("create"), { pluginName: "unsent" });
    expect(errors?.[0]?.message).toBe(
      'Cannot create plugin "unsent": no archive was uploaded, wanted one at the URL of createPlugin',
    );
  });
});

describe("a build", () => {
  it("is one at a time", async () => {
    await upload("busy", { "main.ts": script("x") });
    await env.DB.prepare("UPDATE plugins SET status = 'DEPLOYING', updated_at = ?1 WHERE name = 'busy'")
      .bind(Date.now())
      .run();
    const { errors } = await ask(runner("update"), { pluginName: "busy" });
    expect(errors?.[0]?.message).toBe(
      'Cannot update plugin "busy": it is being built already, wanted one build at a time',
    );
    expect(await statusOf("busy")).toBe("DEPLOYING");
  });

  it("that died does not last", async () => {
    await upload("dead", { "main.ts": script("x") });
    await env.DB.prepare("UPDATE plugins SET status = 'DEPLOYING', updated_at = ?1 WHERE name = 'dead'")
      .bind(Date.now() - 10 * 60_000)
      .run();
    expect(await statusOf("dead")).toBe("FAILED");
    expect((await errorsOf("dead"))[0]).toContain("found no end of the build");
    expect(await askText(runner("update"), { pluginName: "dead", handlerTypes: ["onSubmit"] })).toContain(
      "successfully updated",
    );
    expect(await statusOf("dead")).toBe("ACTIVE");
  });
});
