// What comes out of a plugin's sources: an artifact, or every problem at its place in the author's files.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import type { Artifact, BuildResult } from "../../schemas/artifact.ts";
import { buildPlugins, listPluginFolders } from "../../cli/build/build-plugins.ts";
import { buildPlugin } from "../../worker/build/build-plugin.ts";
import { formatProblem } from "../../worker/build/format-problem.ts";
import { memoryFiles } from "../../worker/build/memory-files.ts";

const MANIFEST = `manifest_version = 1
name = "box rule"
version = "1.0.0"
main = "main.ts"
events = ["onSubmit"]
`;
const CORE = `import { PluginCore } from "kili-edge/sdk";\n`;

function buildInMemory(
  files: Readonly<Record<string, string>>,
  manifest: string | null = MANIFEST,
): Promise<BuildResult> {
  const inFolder = Object.entries(files).map(([name, text]) => [`box-rule/${name}`, text] as const);
  const byName = new Map<string, string>(inFolder);
  const readText = async (name: string): Promise<string | null> => byName.get(name) ?? null;
  return buildPlugin({ build, root: "/", folder: "box-rule", manifest, files: memoryFiles(byName, "/"), readText });
}

async function artifactOf(files: Readonly<Record<string, string>>, manifest = MANIFEST): Promise<Artifact> {
  const result = await buildInMemory(files, manifest);
  if (result.status === "failed") throw new Error(result.problems.map(formatProblem).join("\n"));
  return result.artifact;
}

/** The problems as `file:line:column message`. */
async function problemsOf(files: Readonly<Record<string, string>>, manifest = MANIFEST): Promise<string[]> {
  const result = await buildInMemory(files, manifest);
  if (result.status === "built") return [];
  return result.problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

describe("buildPlugin", () => {
  it("gives one metered module that imports the SDK and the meter only", async () => {
    const artifact = await artifactOf({
      "main.ts": `${CORE}import { twice } from "./twice.ts"; import words from "./words.json";
        export default class Rule extends PluginCore { async onSubmit(): Promise<string> { return twice(words.hello); } }`,
      "twice.ts": `export function twice(text: string): string { let out = ""; for (let i = 0; i < 2; i++) out += text; return out; }`,
      "words.json": `{ "hello": "hi" }`,
    });
    expect(artifact.code.match(/from ?"[^"]+"/g)).toEqual(['from"./meter.js"', 'from "kili-edge/sdk"']);
    expect(artifact.code).toMatch(/for \(.*\) \{if\(--_fuel<0\)/);
    expect(artifact).toMatchObject({ format: 1, handlers: ["onSubmit"], manifest: { name: "box rule" } });
    expect(artifact.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("maps the code to the author's files, and keeps their content", async () => {
    const main = `${CORE}export default class Rule extends PluginCore {\n  onSubmit(): void {\n    throw new Error("here");\n  }\n}`;
    const { code, sourceMap } = await artifactOf({ "main.ts": main });
    const row = code.split("\n").findIndex((line) => line.includes("throw new Error"));
    const column = code.split("\n")[row]?.indexOf("throw") ?? -1;
    const found = originalPositionFor(new TraceMap(sourceMap), { line: row + 1, column });
    expect(found).toMatchObject({ source: "box-rule/main.ts", line: 4, column: 4 });
    expect(JSON.parse(sourceMap)).toMatchObject({ sources: ["box-rule/main.ts"], sourcesContent: [main] });
  });

  it("gives the same hash for the same sources, and another for another manifest", async () => {
    const files = { "main.ts": `${CORE}export default class Rule extends PluginCore { onSubmit() {} }` };
    const first = await artifactOf(files);
    expect((await artifactOf(files)).hash).toBe(first.hash);
    expect((await artifactOf(files, `${MANIFEST}[config]\nx = 1`)).hash).not.toBe(first.hash);
  });

  it("accepts await at the top and import() of its own files", async () => {
    const artifact = await artifactOf({
      "main.ts": `${CORE}const late = await import("./late.ts"); export default class R extends PluginCore { onSubmit() { return late.x } }`,
      "late.ts": "export const x = 1;",
    });
    expect(artifact.code).not.toMatch(/import\(/);
  });

  it.each([
    [
      "node:fs",
      `Cannot import "node:fs": it is a module of Node.js, wanted a Web API or a package that runs in browsers`,
    ],
    [
      "cloudflare:workers",
      `Cannot import "cloudflare:workers": plugins have no access to their host, wanted what "kili-edge/sdk" offers`,
    ],
    [
      "https://esm.sh/x",
      `Cannot import "https://esm.sh/x": the build fetches nothing, wanted an installed package or a file of the plugin`,
    ],
    [
      "//esm.sh/x",
      `Cannot import "//esm.sh/x": the build fetches nothing, wanted an installed package or a file of the plugin`,
    ],
    [
      "bun:sqlite",
      `Cannot import "bun:sqlite": it is a module of another runtime, wanted an installed package or a file of the plugin`,
    ],
    [
      "nowhere",
      `Cannot import "nowhere": found no such package, wanted one that is installed (npm install nowhere) or a relative path`,
    ],
    ["./meter.js", `Cannot import "./meter.js": found no such file, wanted one relative to the importing file`],
    ["../plugin.js", `Cannot import "../plugin.js": found no such file, wanted one relative to the importing file`],
    [
      "harness.js",
      `Cannot import "harness.js": found no such package, wanted one that is installed (npm install harness.js) or a relative path`,
    ],
    [
      "kili-edge/sdk/meter",
      `Cannot import "kili-edge/sdk/meter": found no such package, wanted one that is installed (npm install kili-edge) or a relative path`,
    ],
  ])("refuses import of %s", async (name, message) => {
    const main = `${CORE}import "${name}";\nexport default class R extends PluginCore { onSubmit() {} }`;
    expect(await problemsOf({ "main.ts": main })).toEqual([`box-rule/main.ts:2:8 ${message}`]);
  });

  it.each([
    ["import() of a computed name", "await import(String(1) + './meter.js')", "Cannot import at run time"],
    ["import() of the SDK", "await import('kili-edge/sdk')", `Cannot import "kili-edge/sdk": found dynamic-import`],
    ["require of the SDK", "require('kili-edge/sdk')", `Cannot import "kili-edge/sdk": found require-call`],
    ["import.meta", "console.log(import.meta.url)", "Cannot use import.meta"],
  ])("refuses %s, at its place", async (_, code, message) => {
    const main = `${CORE}declare const require: (name: string) => unknown;\nexport default class R extends PluginCore { async onSubmit() { ${code} } }`;
    const [problem, ...more] = await problemsOf({ "main.ts": main });
    expect(problem).toMatch(/^box-rule\/main\.ts:3:\d+ /);
    expect(problem).toContain(message);
    expect(more).toEqual([]);
  });

  it("lets a plugin have files of its own that are called as the isolate's modules are", async () => {
    const artifact = await artifactOf({
      "main.ts": `${CORE}import { refill } from "./meter.js"; export default class R extends PluginCore { onSubmit() { return refill() } }`,
      "meter.js": "export function refill() { return 'mine' }",
    });
    expect(artifact.code.match(/"\.\/meter\.js"/g)).toHaveLength(1);
    expect(artifact.code).toContain("mine");
  });

  it("points at syntax errors, in characters, with the line", async () => {
    const result = await buildInMemory({ "main.ts": `const 日本 = "🙂"; let x = = 1;` });
    const problem = result.status === "failed" ? result.problems[0] : undefined;
    expect(problem).toMatchObject({
      file: "box-rule/main.ts",
      line: 1,
      column: 26,
      message: 'Cannot bundle: Unexpected "="',
    });
    expect(problem?.frame).toBe(`> 1 | const 日本 = "🙂"; let x = = 1;\n    |                          ^`);
  });

  it("gives up on nesting that nobody writes, without throwing", async () => {
    const deep = `${"(() => [".repeat(3000)}${"])".repeat(3000)}`;
    const [problem] = await problemsOf({
      "main.ts": `${CORE}export default class R extends PluginCore { onSubmit() { return ${deep} } }`,
    });
    expect(problem).toMatch(/^box-rule\/(?:main.ts|plugin.toml):.*Cannot (?:meter|bundle)/);
  });

  it("points at the manifest for a main file that is not there", async () => {
    expect(await problemsOf({ "other.ts": "" })).toEqual([
      `box-rule/plugin.toml:4:8 Cannot import "box-rule/main.ts": found no such file, wanted it in the plugin's folder`,
    ]);
  });

  it("names a plugin by its manifest even if that is wrong, else by its folder", async () => {
    expect(await buildInMemory({}, `${MANIFEST}oops = 1`)).toMatchObject({ status: "failed", name: "box rule" });
    expect(await buildInMemory({}, `name = "box rule"\nversion = `)).toMatchObject({
      status: "failed",
      name: "box rule",
    });
    expect(await buildInMemory({}, "oops")).toMatchObject({ status: "failed", name: "box-rule" });
    expect(await buildInMemory({}, null)).toMatchObject({ status: "failed", name: "box-rule" });
  });
});

describe("the check of handlers", () => {
  const withEvents = (...events: string[]): string => MANIFEST.replace('["onSubmit"]', JSON.stringify(events));

  it("finds handlers of every honest spelling, inherited ones too", async () => {
    const artifact = await artifactOf(
      {
        "main.ts": `${CORE}import { Base } from "./base.ts";
          class Middle extends Base { static made = Middle.name; onReview = async () => {}; }
          export default class Rule extends Middle { "onSubmit"() {} async ["onEvent"]() {} }`,
        "base.ts": `${CORE}export class Base extends PluginCore { onSendBackToQueue() {} }`,
      },
      withEvents("onSubmit", "onReview", "onSendBackToQueue", "labels.created.*"),
    );
    expect(artifact.handlers).toEqual(["onSubmit", "onReview", "onSendBackToQueue", "onEvent"]);
  });

  it("asks for the handler of each event, at the event", async () => {
    const main = `${CORE}export default class R extends PluginCore { onSubmit() {} }`;
    expect(await problemsOf({ "main.ts": main }, withEvents("onSubmit", "onReview", "labels.*"))).toEqual([
      'box-rule/plugin.toml:5:22 Cannot deliver "onReview": found no method "onReview" in the class that box-rule/main.ts exports, wanted one',
      'box-rule/plugin.toml:5:33 Cannot deliver "labels.*": found no method "onEvent" in the class that box-rule/main.ts exports, wanted one',
    ]);
  });

  it("asks for an event for each handler, at the handler", async () => {
    const main = `${CORE}export default class R extends PluginCore {\n  onSubmit() {}\n  async onReview() {}\n  onEvent() {}\n}`;
    expect(await problemsOf({ "main.ts": main })).toEqual([
      `box-rule/main.ts:4:3 Cannot call "onReview": found nothing in the manifest's events that leads to it, wanted "onReview" there`,
      `box-rule/main.ts:5:3 Cannot call "onEvent": found nothing in the manifest's events that leads to it, wanted an event pattern such as "labels.created.*" there`,
    ]);
  });

  it.each([
    ["a getter or setter", "get onSubmit() { return () => {} }"],
    ["a static member", "static onSubmit() {}"],
    ["a field that holds no function", "onSubmit = 5;"],
    ["a field without a value", "onSubmit;"],
    ["a generator", "*onSubmit() {}"],
  ])("refuses %s", async (what, member) => {
    const main = `${CORE}export default class R extends PluginCore {\n  ${member}\n}`;
    expect(await problemsOf({ "main.ts": main })).toEqual([
      `box-rule/main.ts:3:3 Cannot use "onSubmit" as a handler: found ${what}, wanted a method`,
    ]);
  });

  it.each([
    ["no default export", "\nexport class R {}", "1:1"],
    ["nothing but types", "export interface R { a: 1 }", "1:1"],
    ["an empty file", "", "1:1"],
    ["what another file exports", "export { default } from './other';", "other.ts:2:1", "\nexport default 5"],
    ["a class that only the SDK has", `${CORE}export { PluginCore as default };`, "1:1"],
    ["a function", "\nexport default function R() {}", "2:16"],
    ["an object", "\nexport default { onSubmit() {} }", "2:1"],
    ["a value by its name", "const rule = {};\n\nexport default rule;", "3:1"],
    ["a class that extends nothing", "\nexport default class R { onSubmit() {} }", "2:1"],
    ["a class that extends nothing, by its name", "\nclass R {}\nexport { R as default };", "2:1"],
  ])("refuses %s, at its place", async (_, main, place, other = "") => {
    const result = await buildInMemory({ "main.ts": main, "other.ts": other });
    const problems = result.status === "failed" ? result.problems : [];
    expect(problems.map(formatProblem)).toEqual([expect.stringContaining(`${place}: Cannot find plugin: found no`)]);
    expect(problems[0]?.message).toContain("no default-exported class that extends PluginCore");
    const line = Number(place.split(":").at(-2));
    expect(problems[0]?.frame).toContain(`> ${line} | ${(other || main).split("\n")[line - 1]}`.trimEnd());
  });

  it("takes a class made at run time at its word", async () => {
    const main = `${CORE}const mixin = (Base) => class extends Base { onSubmit() {} };\nexport default class R extends mixin(PluginCore) {}`;
    expect(await problemsOf({ "main.ts": main })).toEqual([]);
  });
});

it.each([String.raw`"\u001b[31mred"`, '" "', '"a\u009bb"'])("a failed build is not called %s", async (name) => {
  const result = await buildInMemory({}, MANIFEST.replace('"box rule"', name));
  expect(result).toMatchObject({ status: "failed", name: "box-rule" });
  expect(await buildInMemory({}, `${MANIFEST}[`)).toMatchObject({ status: "failed", name: "box rule" });
});

describe("buildPlugins", () => {
  it("builds each folder by itself, with packages installed beside it, and lets no name be taken twice", async () => {
    const root = await mkdtemp(join(tmpdir(), "kili-edge-build-"));
    const write = async (name: string, text: string): Promise<void> => {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    };
    try {
      const main = (code: string): string =>
        `${CORE}${code}\nexport default class R extends PluginCore { onSubmit() { return spin } }`;
      await write("node_modules/spinner/package.json", `{ "name": "spinner", "main": "index.js" }`);
      await write("node_modules/spinner/index.js", "exports.spin = () => { for (;;); };");
      await write("plugins/a-good/plugin.toml", MANIFEST);
      await write("plugins/a-good/main.ts", main(`import { spin } from "spinner";`));
      await write("plugins/b-broken/plugin.toml", MANIFEST.replace("box rule", "broken"));
      await write("plugins/b-broken/main.ts", "export default class {");
      await write("plugins/c-twin/plugin.toml", MANIFEST);
      await write("plugins/c-twin/main.ts", main("const spin = 1;"));
      await write("plugins/c-twin-broken/plugin.toml", MANIFEST.replace("onSubmit", "onSubmitted"));
      await write("plugins/c-twin-unreadable/plugin.toml", `${MANIFEST}[`);
      await write("plugins/d-no-plugin/readme.md", "");
      await mkdir(join(root, "plugins/e-unreadable/plugin.toml"), { recursive: true });
      const [good, broken, twin, brokenTwin, unreadableTwin, unreadable, ...more] = await buildPlugins(
        await listPluginFolders(join(root, "plugins")),
      );
      expect(good).toMatchObject({ status: "built", artifact: { manifest: { name: "box rule" } } });
      expect(good?.status === "built" && good.artifact.code).toMatch(/for \(; ?; ?\) ?\{if\(--_fuel<0\)/);
      expect(broken).toMatchObject({
        status: "failed",
        name: "broken",
        problems: [{ file: "plugins/b-broken/main.ts", line: 1 }],
      });
      expect(twin).toEqual({
        status: "failed",
        name: "c-twin",
        problems: [
          {
            file: "plugins/c-twin/plugin.toml",
            line: 2,
            column: 8,
            message: `Cannot build plugin: found its name "box rule" in plugins/a-good/plugin.toml too, wanted one of its own`,
            frame: expect.stringContaining('> 2 | name = "box rule"') as string,
          },
        ],
      });
      expect(brokenTwin).toMatchObject({
        name: "c-twin-broken",
        problems: [
          { file: "plugins/c-twin-broken/plugin.toml", line: 5 },
          { line: 2, column: 8 },
        ],
      });
      expect(brokenTwin).toHaveProperty("problems.length", 2);
      expect(unreadableTwin).toMatchObject({ name: "c-twin-unreadable", problems: [{ line: 6 }] });
      expect(unreadableTwin).toHaveProperty("problems.length", 1);
      expect(unreadable).toMatchObject({ status: "failed", name: "e-unreadable" });
      expect(more).toEqual([]);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
