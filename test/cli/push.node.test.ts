// `push`: what is packed, what the host's build makes of it, and what is asked of the host, which is played here.
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { packPlugin } from "../../cli/api/pack-plugin.ts";
import { pushPlugin } from "../../cli/api/push-plugin.ts";
import { replaceTomlValue } from "../../cli/api/replace-toml-value.ts";
import { buildArchive } from "../../worker/build/build-archive.ts";
import { readArchive } from "../../worker/build/read-archive.ts";

const TOML = `manifest_version = 1\nname = "pushed"\nversion = "1.0.0"\nmain = "src/main.ts" # the entry\nevents = ["onSubmit"]\n`;
const MAIN = `import { PluginCore } from "kili-edge/sdk";
import { answer } from "some-package";
export default class PluginHandler extends PluginCore {
  async onSubmit(): Promise<number> {
    return answer;
  }
}
`;

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kili-edge-push-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

describe("packPlugin", () => {
  it("takes a plugin's packages along, and its files' names for stacks", async () => {
    const folder = await folderOf({
      "plugin.toml": TOML,
      "src/main.ts": MAIN,
      "node_modules/some-package/package.json": `{ "name": "some-package", "main": "index.js" }`,
      "node_modules/some-package/index.js": "export const answer = 42;",
    });
    const packed = await packPlugin(folder);
    if (!packed.ok) throw new Error(JSON.stringify(packed.failure));
    const { name, version, archive } = packed.value;
    expect({ name, version }).toEqual({ name: "pushed", version: "1.0.0" });
    const result = await buildArchive({ archive, build, pluginName: name, handlerTypes: [], eventMatcher: [] });
    expect(result).toMatchObject({
      status: "built",
      artifact: { handlers: ["onSubmit"], manifest: { main: "main.js" } },
    });
    const sources: unknown =
      result.status === "built" && (JSON.parse(result.artifact.sourceMap) as { sources: unknown }).sources;
    expect(sources).toContain("src/main.ts");
  });

  it("shows what does not build in the author's own files, and packs nothing", async () => {
    const folder = await folderOf({ "plugin.toml": TOML, "src/main.ts": MAIN });
    const packed = await packPlugin(folder);
    expect(packed.ok ? [] : packed.failure.map(({ line, message }) => [line, message])).toEqual([
      [2, expect.stringMatching(/^Cannot import "some-package": found no such package/)],
    ]);
  });

  it("sends Python as it stands, without what lives beside it, and without requirements that no package came of", async () => {
    const files = { "main.py": "class PluginHandler: pass", "lib/a.py": "" };
    const beside = {
      "requirements.txt": "kili",
      "venv/lib/x.py": "",
      "__pycache__/main.py": "",
      ".git/hook.py": "",
      "notes.md": "",
    };
    const toml = TOML.replace("src/main.ts", "main.py");
    const packed = await packPlugin(await folderOf({ "plugin.toml": toml, ...files, ...beside }));
    const read = packed.ok ? await readArchive(packed.value.archive) : packed;
    expect(read.ok ? [...read.value.keys()].toSorted() : read).toEqual(
      [...Object.keys(files), "plugin.toml"].toSorted(),
    );
  });
});

describe("replaceTomlValue", () => {
  it("changes the value alone", () => {
    expect(replaceTomlValue(TOML, ["main"], '"x.js"')).toBe(TOML.replace('"src/main.ts"', '"x.js"'));
    expect(replaceTomlValue(TOML.replaceAll("\n", "\r\n"), ["main"], '"x.js"')).toContain(
      'main = "x.js" # the entry\r\n',
    );
    expect(replaceTomlValue(TOML, ["nothing"], "1")).toBe(TOML);
  });
});

describe("pushPlugin", () => {
  const plugin = { name: "pushed", version: "1.0.0", archive: new Uint8Array([1, 2, 3]) };

  /** A host that knows the plugin or not, and goes through these statuses. */
  function playedHost(known: boolean, statuses: string[]) {
    const calls: string[] = [];
    const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      if (init?.method === "PUT") {
        calls.push(`PUT ${input instanceof Request ? input.url : input.toString()}`);
        return new Response();
      }
      const { query } = JSON.parse(init?.body as string) as { query: string };
      const field = /\{ (?:data: )?(\w+)/.exec(query)?.[1] ?? "";
      calls.push(field);
      const at = (createdAt: string, content: string) => ({ content, createdAt });
      const data: Record<string, unknown> = {
        plugin: known ? { id: "1" } : null,
        createPlugin: "http://host/new",
        generateUpdateUrl: "http://host/update",
        createPluginRunner: "created",
        updatePluginRunner: "updated",
        getPluginRunnerStatus: field === "getPluginRunnerStatus" ? statuses.shift() : null,
        getPluginBuildErrors: [at("2", "new"), at("2", "note"), at("1", "old")],
      };
      return Response.json({ data: { [field === "plugin" ? "plugin" : "data"]: data[field] } });
    };
    return { host: { url: "http://host", adminKey: "k", fetch: answer }, calls };
  }

  it("creates what is new, and waits until it is built", async () => {
    const { host, calls } = playedHost(false, ["DEPLOYING", "ACTIVE"]);
    expect(await pushPlugin(host, plugin, 5_000)).toMatchObject({
      ok: true,
      value: { status: "ACTIVE", message: "created" },
    });
    expect(calls).toEqual([
      ...["plugin", "createPlugin", "PUT http://host/new", "createPluginRunner"],
      ...["getPluginRunnerStatus", "getPluginRunnerStatus"],
    ]);
  });

  it("updates what is there, and brings the errors of this build only", async () => {
    const { host, calls } = playedHost(true, ["FAILED"]);
    expect(await pushPlugin(host, plugin, 5_000)).toMatchObject({
      ok: true,
      value: { status: "FAILED", message: "updated", buildErrors: ["new", "note"] },
    });
    expect(calls.slice(0, 4)).toEqual(["plugin", "generateUpdateUrl", "PUT http://host/update", "updatePluginRunner"]);
  });

  it("gives up when its time is over", async () => {
    const { host } = playedHost(
      true,
      Array.from({ length: 9 }, () => "DEPLOYING"),
    );
    expect(await pushPlugin(host, plugin, 0)).toMatchObject({ ok: false, failure: { reason: "timed_out" } });
  });
});
