// What an archive is built to: where its manifest comes from, what its languages say, and what it may not do.
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import type { BuildResult } from "../../schemas/artifact.ts";
import { analysePython } from "../../worker/build/analyse-python.ts";
import { buildArchive } from "../../worker/build/build-archive.ts";
import { inlineManifest } from "../../worker/build/inline-manifest.ts";
import { MAX_BUILD_PROBLEMS } from "../../worker/limits.ts";
import { zip, type ZipFiles } from "../zip.ts";

const CORE = `import { PluginCore } from "kili-edge/sdk";\n`;
const MAIN = `${CORE}export default class PluginHandler extends PluginCore { async onSubmit() { return 1; } }`;
const TOML = `manifest_version = 1\nname = "p"\nversion = "1.0.0"\nmain = "main.ts"\nevents = ["onSubmit"]\n`;

async function built(
  files: ZipFiles,
  facts: { handlerTypes?: string[]; eventMatcher?: string[]; infersScopes?: boolean } = {},
) {
  const said = { pluginName: "p", handlerTypes: ["onSubmit"], eventMatcher: [], ...facts };
  return buildArchive({ ...said, archive: await zip(files), build });
}

function problemsOf(result: BuildResult): string[] {
  if (result.status === "built") return [];
  return result.problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

describe("the manifest of an archive", () => {
  it("is made up from the upload's words, and grants nothing", async () => {
    const result = await built({ "main.mjs": MAIN });
    expect(result).toMatchObject({
      status: "built",
      artifact: {
        manifest: {
          name: "p",
          version: "0.0.0",
          main: "main.mjs",
          events: ["onSubmit"],
          projects: [],
          permissions: { kili: [], kili_projects: [], net: [], env: [] },
        },
      },
    });
  });

  it("holds against the upload's words where there is one", async () => {
    const result = await built({ "plugin.toml": TOML, "main.ts": MAIN }, { handlerTypes: ["onReview"] });
    expect(result).toMatchObject({ status: "built", artifact: { manifest: { events: ["onSubmit"] } } });
  });

  it("may stand in the main file", async () => {
    const block = `// /// kili-edge\n// version = "1.2.3"\n//\n// [permissions]\n// kili = ["labels:read"]\n// ///\n`;
    expect(await built({ "main.ts": block + MAIN })).toMatchObject({
      status: "built",
      artifact: { manifest: { version: "1.2.3", permissions: { kili: ["labels:read"] } } },
    });
  });

  it("gives Python without permissions those that its code calls for, says so, and does not where the host says so", async () => {
    const main = "class PluginHandler:\n    def on_submit(self, label, asset_id): self.kili.labels(asset_id)\n";
    const granted = async (text: string, facts = {}) => {
      const result = await built({ "main.py": text }, facts);
      if (result.status === "failed") throw new Error(JSON.stringify(result.problems));
      const { description, permissions } = result.artifact.manifest;
      return [description, permissions.kili];
    };
    expect(await granted(main)).toEqual([
      "Came without permissions: those it has are what its code calls for.",
      ["labels:read"],
    ]);
    expect(await granted(main, { infersScopes: false })).toEqual(["", []]);
    const block = '# /// kili-edge\n# [permissions]\n# kili = ["issues:read"]\n# ///\n';
    expect(await granted(block + main)).toEqual(["", ["issues:read"]]);
    // Activated by its upload: nobody would have looked.
    const activates = '# /// kili-edge\n# projects = ["*"]\n# ///\n';
    expect(await granted(activates + main)).toEqual(["", []]);
  });

  it.each<[what: string, files: ZipFiles, problem: string]>([
    [
      "is missing with everything else",
      { "readme.md": "" },
      "plugin.toml:null:null Cannot find plugin: found nothing to start from, wanted plugin.toml or one of main.ts, main.js, main.mjs, main.py",
    ],
    [
      "is missing beside two main files",
      { "main.ts": MAIN, "main.py": "" },
      "plugin.toml:null:null Cannot find plugin: found main.ts and main.py, wanted plugin.toml or one of main.ts, main.js, main.mjs, main.py",
    ],
    [
      "is about another plugin",
      { "plugin.toml": TOML.replace('"p"', '"q"'), "main.ts": MAIN },
      'plugin.toml:2:8 Cannot build plugin: found the name "q", wanted "p", as which it was uploaded',
    ],
    [
      "names a file that is not there",
      { "plugin.toml": TOML, "other.ts": MAIN },
      'plugin.toml:4:8 Cannot import "main.ts": found no such file, wanted it in the plugin\'s folder',
    ],
    [
      "is not UTF-8",
      { "plugin.toml": new Uint8Array([0x6e, 0xff]), "main.ts": MAIN },
      'plugin.toml:null:null Cannot read "plugin.toml": found bytes that are not UTF-8, wanted the file saved as UTF-8',
    ],
  ])("that %s is a problem", async (_, files, problem) => {
    expect(problemsOf(await built(files))).toEqual([problem]);
  });

  it("without anything to run on is a problem in the main file", async () => {
    const [problem] = problemsOf(await built({ "main.ts": MAIN }, { handlerTypes: [] }));
    expect(problem).toMatch(/^main\.ts:1:1 Cannot accept manifest: found no key "events"/);
  });
});

describe("an archive's sources", () => {
  it("import each other by any name a file may have, and nothing above them", async () => {
    const files = {
      "main.ts": `${CORE}import { a } from "./lib/naïve 100%.ts"; export default class P extends PluginCore { onSubmit() { return a; } }`,
      "lib/naïve 100%.ts": `export { b as a } from "../../../b.js";`,
      "b.ts": "export const b = 1;",
    };
    expect(problemsOf(await built(files))).toEqual([]);
    expect(problemsOf(await built({ ...files, "b.ts": `import "../../../etc/passwd"; export const b = 1;` }))).toEqual([
      'b.ts:1:8 Cannot import "../../../etc/passwd": found no such file, wanted one relative to the importing file',
    ]);
  });

  it("bring no packages, which push does", async () => {
    const [problem] = problemsOf(
      await built({ "main.ts": `import "lodash";\n${MAIN}`, "node_modules/lodash/index.js": "" }),
    );
    expect(problem).toMatch(/^main\.ts:1:8 Cannot import "lodash": found no such package/);
  });

  it("may be the bundle that push makes, whose problems are shown in its author's files", async () => {
    const map = { version: 3, sources: ["src/main.ts"], sourcesContent: [MAIN], names: [], mappings: "AAAA;AACA" };
    const comment = `//# sourceMappingURL=data:application/json;base64,${btoa(JSON.stringify(map))}`;
    const result = await built({
      "plugin.toml": TOML.replace("main.ts", "main.js"),
      "main.js": `${MAIN.replace("onSubmit", "onReview")}\n${comment}\n`,
    });
    expect(problemsOf(result).at(-1)).toMatch(/^src\/main\.ts:2:\d+ Cannot call "onReview"/);
  });
});

describe("what would keep a builder busy", () => {
  const many = (count: number, line: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => line(n)).join("\n");

  it.each<[what: string, files: ZipFiles, problem: RegExp]>([
    [
      "a manifest without end",
      { "plugin.toml": `${TOML}${many(4_000, (n) => `key_${n} = 1`)}`, "main.ts": MAIN },
      /^plugin\.toml:\d+:\d+ Cannot parse TOML: found \d+ characters, wanted at most/,
    ],
    [
      "a Python file without end",
      { "main.py": many(40_000, (n) => `x${n} = (`) },
      /^main\.py:null:null Cannot parse Python: found \d+ characters, wanted at most/,
    ],
    [
      "imports without end",
      { "main.ts": many(6_000, (n) => `import "./${n}.ts";`) + MAIN },
      /^archive\.zip:null:null Cannot bundle: found \d+ imports, wanted at most/,
    ],
    [
      "a bundle without end",
      { "main.ts": `${MAIN}\n${many(150_000, (n) => `globalThis["key ${n}"] = ${n};`)}` },
      /^main\.ts:null:null Cannot meter bundle: found \d+ characters, wanted at most/,
    ],
  ])("%s is refused before it does", async (_, files, problem) => {
    expect(problemsOf(await built(files))).toEqual([expect.stringMatching(problem)]);
  });

  it("problems without end are the first few", async () => {
    const result = await built({ "main.ts": `${MAIN}\n${many(500, (n) => `const a = ${n};`)}` });
    expect(problemsOf(result)).toHaveLength(MAX_BUILD_PROBLEMS);
    const meta = await built({ "main.ts": `${MAIN}\n${many(500, (n) => `globalThis.a${n} = import.meta;`)}` });
    expect(problemsOf(meta)).toHaveLength(MAX_BUILD_PROBLEMS);
  });

  it("declarations and names without end are no trouble", async () => {
    const declarations = many(20_000, (n) => `export function f${n}(): void {}`);
    const names = `globalThis.names = "${many(20_000, (n) => `_fuel${n}`).replaceAll("\n", " ")}";`;
    expect(problemsOf(await built({ "main.ts": `${MAIN}\n${declarations}\n${names}` }))).toEqual([]);
  });
});

describe("inlineManifest", () => {
  it("keeps lines and columns", () => {
    expect(inlineManifest(`#!/usr/bin/env python\n# /// kili-edge\n# a = 1\n#\n# ///\nx`)).toBe("\n\n  a = 1\n ");
  });

  it.each([
    ["nothing", ""],
    ["another tool's block", `# /// script\n# a = 1\n# ///`],
    ["a block without an end", `# /// kili-edge\n# a = 1\n`],
    ["a block that code interrupts", `# /// kili-edge\nx = 1\n# ///`],
    ["a block of two signs", `# /// kili-edge\n// a = 1\n# ///`],
    ["an indented block", `  # /// kili-edge\n  # ///`],
  ])("takes %s for none", (_, source) => {
    expect(inlineManifest(source)).toBeNull();
  });
});

describe("analysePython", () => {
  const handlersIn = (source: string) => analysePython(source).plugin?.handlers;

  it("finds the handlers of PluginHandler, whatever stands around them", () => {
    const source = `from kili.plugins import PluginCore
@decorated
class PluginHandler(PluginCore):
    """on_review in words"""
    x: int = 1
    def helper(self):
        def on_review(self): ...
    async def on_submit(self, label: dict[str, int], asset_id: str) -> None:
        self.logger.info(f"{label['a']!r:>{10}} \\N{DASH}")
    @staticmethod
    def on_event(payload): ...
    def on_send_back_to_queue(
        self,
        asset_id,
    ):
        return await_(asset_id)
class Other:
    def on_project_updated(self): ...
`;
    const { plugin, syntaxErrors } = analysePython(source);
    expect(syntaxErrors).toEqual([]);
    expect(plugin?.handlers).toEqual(["onSubmit", "onEvent", "onSendBackToQueue"]);
    expect(source.slice(plugin?.offset)).toMatch(/^class PluginHandler/);
  });

  it("keeps the last of two classes, as Python does", () => {
    const source = `class PluginHandler:\n  def on_submit(self): ...\nclass PluginHandler:\n  def on_review(self): ...\n`;
    expect(handlersIn(source)).toEqual(["onReview"]);
  });

  it.each([
    ["a class of another name", "class Plugin:\n  def on_submit(self): ..."],
    ["a class inside a function", "def f():\n  class PluginHandler:\n    def on_submit(self): ..."],
    ["its name in a string", `"class PluginHandler: pass"`],
    ["no text", ""],
  ])("finds none in %s", (_, source) => {
    expect(analysePython(source).plugin).toBeNull();
  });

  it("is a problem in the build where it is wrong, missing, or well", async () => {
    const at = async (source: string) => problemsOf(await built({ "main.py": source }));
    // What the parser cannot read, Python has the last word about.
    expect(await at("def f(:\n  pass\n")).toEqual([]);
    expect(await at("x = 1")).toEqual([
      'main.py:1:1 Cannot find plugin: found no class PluginHandler at the top of main.py, wanted "class PluginHandler(PluginCore)"',
    ]);
    const result = await built({
      "main.py": "class PluginHandler:\n  def on_submit(self): ...",
      "rules/a.py": "x = 1",
    });
    const artifact = result.status === "built" ? result.artifact : null;
    expect(artifact?.handlers).toEqual(["onSubmit"]);
    expect(JSON.parse(artifact?.code ?? "")).toMatchObject({ main: "main.py", files: { "rules/a.py": "x = 1" } });
  });

  it("counts a method that is subscribed to events as the handler of events", () => {
    const source = `class PluginHandler(PluginCore):\n  @on_kili_event\n  def on_skip(self, event: AssetSkippedEvent): ...\n`;
    expect(handlersIn(source)).toEqual(["onEvent"]);
  });

  it("does not follow nesting out of its stack", () => {
    expect(() => analysePython(`x = ${"(".repeat(100_000)}`)).not.toThrow();
    expect(() => analysePython(`${"[".repeat(50_000)}${"]".repeat(50_000)}`)).not.toThrow();
  });
});

describe("a Python plugin without a manifest", () => {
  const scopesOf = async (files: ZipFiles) => {
    const result = await built(files);
    return result.status === "built" ? result.artifact.manifest.permissions : null;
  };
  const main = (body: string): string =>
    `class PluginHandler(PluginCore):\n  def on_submit(self, label, asset_id):\n    ${body}\n`;

  it("may do at Kili what its files do, and nothing else", async () => {
    expect(await scopesOf({ "main.py": main("pass") })).toMatchObject({ kili: [], net: [], env: [] });
    expect(
      await scopesOf({
        "main.py": main("self.kili.create_issues(self.project_id, [label['id']], text_array=['x'])"),
        "rules/a.py": "def f(client, kili):\n  client.send_back_to_queue(asset_ids=[])\n  return kili.labels()\n",
      }),
    ).toMatchObject({ kili: ["assets:write", "issues:write", "labels:read"] });
  });

  it("gets nothing for what only looks alike, or for a manifest of its own", async () => {
    expect(await scopesOf({ "main.py": main("label.labels, self.issues, events.list()") })).toMatchObject({ kili: [] });
    const inline = `# /// kili-edge\n# permissions.kili = ["projects:read"]\n# ///\n${main("self.kili.labels()")}`;
    expect(await scopesOf({ "main.py": inline })).toMatchObject({ kili: ["projects:read"] });
  });
});
