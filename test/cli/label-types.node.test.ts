// The types that are made of a project's interface: as text beside each sample, and, with the rules beside them, to the
// compiler, where each mistake in a rule is marked as one and everything else compiles.
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runTypes, type TypesFlags } from "../../cli/commands/run-types.ts";
import { renderLabelTypes } from "../../cli/render/label-types.ts";

const root = resolve(import.meta.dirname, "..", "..");
const samples = join(import.meta.dirname, "label-types");
let out: string[];
let aside: string[];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kili-edge-types-"));
  [out, aside] = [[], []];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const types = (flags: Partial<TypesFlags>): Promise<number> => runTypes({ root, data: folder, ...flags });

describe("the types of a sample", () => {
  const names = globSync("*.json", { cwd: samples }).map((file) => basename(file, ".json"));

  it.each(names)("%s are those beside it", async (name) => {
    expect(await types({ interface: join(samples, `${name}.json`) })).toBe(0);
    await expect(out.join("")).toMatchFileSnapshot(join(samples, `${name}.labels.ts`));
  });
});

it("compile, whatever the names are, with rules that make no mistakes but the marked ones", async () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("__proto__", "constructor", "*/", '"', "'", "`${0}`", "\\", "\u2028", "//", "Jobs", "\ud800"),
  );
  const job = fc.record({
    mlTask: fc.constantFrom("OBJECT_DETECTION", "CLASSIFICATION", "TRANSCRIPTION", "NAMED_ENTITIES_RECOGNITION", "NEW"),
    instruction: name,
    isChild: fc.option(fc.boolean(), { nil: undefined }),
    tools: fc.option(fc.array(name, { maxLength: 2 }), { nil: undefined }),
    content: fc.record({ categories: fc.dictionary(name, fc.record({ children: fc.array(name) }), { maxKeys: 4 }) }),
  });
  const jobs = fc.array(fc.tuple(name, job), { maxLength: 6 }).map((entries) => new Map(entries));
  const interfaces = fc.sample(fc.record({ source: name, jobs, isVideo: fc.boolean() }), 40);
  const use = `import type { Label } from "kili-edge/sdk";\nimport type { ProjectResponse } from "./labels`;
  await Promise.all(
    interfaces.flatMap((given, index) => [
      writeFile(join(folder, `labels${index}.ts`), renderLabelTypes(given)),
      writeFile(join(folder, `use${index}.ts`), `${use}${index}.ts";\nexport type Mine = Label<ProjectResponse>;\n`),
    ]),
  );
  // The page's own rule, which is about the sample's project.
  const page = await readFile(join(root, "docs", "types.md"), "utf8");
  await writeFile(join(folder, "shown.ts"), /^```ts\n(.*?)^```$/ms.exec(page)?.[1] ?? "the page shows no rule");
  await cp(join(samples, "image.labels.ts"), join(folder, "labels.ts"));
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      types: ["@cloudflare/workers-types/experimental"],
      typeRoots: [join(root, "node_modules")],
      paths: { "kili-edge/sdk": [join(root, "plugins/sdk/index.ts")] },
    },
    include: [folder, samples],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const said = await promisify(execFile)(tsc, ["-p", folder]).catch((error: { stdout: string }) => error);
  expect(said.stdout).toBe("");
});

describe("types", () => {
  const image = join(samples, "image.json");

  it("writes a file, again over its own, and never over another's", async () => {
    const file = join(folder, "labels.ts");
    expect(await types({ interface: image, out: file })).toBe(0);
    expect(await types({ interface: image, out: file, json: true })).toBe(0);
    expect(JSON.parse(out.at(-1) ?? "")).toMatchObject({ out: file });
    await writeFile(file, "// mine\n");
    expect(await types({ interface: image, out: file })).toBe(1);
    expect(aside.join("")).toMatch(/labels.ts" is there and was not made by this command, wanted another name/);
  });

  it("runs nothing of the folder it writes to", async () => {
    await writeFile(join(folder, "prettier.config.mjs"), 'throw new Error("was run");');
    expect(await types({ interface: image, out: join(folder, "labels.ts") })).toBe(0);
    expect(await readFile(join(folder, "labels.ts"), "utf8")).toBe(
      await readFile(join(samples, "image.labels.ts"), "utf8"),
    );
  });

  it("takes a file that begins with a byte-order mark", async () => {
    await writeFile(join(folder, "i.json"), `\ufeff${await readFile(image, "utf8")}`);
    expect(await types({ interface: join(folder, "i.json") })).toBe(0);
  });

  it.each([
    ["a file", '{ "jobs": {'],
    ["an interface within a project", JSON.stringify({ jsonInterface: '{ "jobs": {' })],
  ])("says that %s is no JSON", async (_, text) => {
    await writeFile(join(folder, "i.json"), text);
    expect(await types({ interface: join(folder, "i.json") })).toBe(1);
    expect(aside.join("")).toMatch(/"i.json" (?:is no JSON|has an interface that is no JSON), wanted a jsonInterface/);
  });

  it.each(["@ts-ignore", "x @deprecated", "@ts-expect-error"])(
    "makes no comment that does what it says: %s",
    (word) => {
      const jobs = new Map([["JOB", { instruction: word }]]);
      expect(renderLabelTypes({ source: word, jobs, isVideo: false })).not.toContain("@");
    },
  );

  it("takes a file for a video's where it is told to", async () => {
    expect(await types({ interface: join(samples, "text.json"), video: true })).toBe(0);
    expect(out.join("")).toContain("export type ProjectResponse = Frames<FrameResponse>;");
  });

  it.each<[string, Partial<TypesFlags>, RegExp]>([
    ["neither", {}, /wanted either --project or --interface/],
    ["both", { project: "p", interface: image }, /wanted either --project or --interface/],
    ["a file that is not there", { interface: "/nowhere.json" }, /found ENOENT at "\/nowhere.json", wanted a file/],
    ["a file without jobs", { interface: join(root, "package.json") }, /package.json" has no "jobs" in its interface/],
    ["a folder to write to", { interface: image, out: root }, /found EISDIR at/],
  ])("refuses %s", async (_, flags, message) => {
    expect(await types(flags)).toBe(1);
    expect(aside.join("")).toMatch(message);
  });
});
