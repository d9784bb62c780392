// `check`: what it finds in plugins that lie anywhere, and what it says of those that are well. Nothing is left behind.
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as builds from "../../cli/build/build-plugins.ts";
import { findMissingScopes } from "../../cli/build/find-missing-scopes.ts";
import { KILI_METHOD_SCOPES } from "../../cli/build/kili-method-scopes.ts";
import { newPlugin } from "../../cli/commands/new-plugin.ts";
import { runCheck } from "../../cli/commands/run-check.ts";
import type { Template } from "../../cli/commands/templates.ts";
import type { Artifact } from "../../schemas/artifact.ts";

const root = resolve(import.meta.dirname, "..", "..");
let into: string;
let out: string[];

beforeEach(async () => {
  into = await mkdtemp(join(tmpdir(), "kili-edge-check-"));
  out = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(into, { recursive: true });
});

async function make(template: Template, files: Record<string, (text: string) => string>): Promise<string> {
  const made = await newPlugin({ root, name: "mine", template, into });
  if (!made.ok) throw new Error(made.failure.message);
  for (const [name, change] of Object.entries(files)) {
    const file = join(made.value.folder, name);
    await writeFile(file, change(readFileSync(file, "utf8")));
  }
  return made.value.folder;
}

const withoutScopes = (toml: string): string => toml.replace(/^kili = .*$/m, "kili = []");

describe("check", () => {
  it("finds nothing wrong with the project's own plugins", async () => {
    expect(await runCheck({ root, folders: [] })).toBe(0);
    expect(out.join("")).toMatch(/✔.* bbox-count 1\.0\.0: onSubmit, onReview\n/);
    expect(out.join("")).toMatch(/✔.* required-classes /);
  });

  it("says where types do not agree, in each file", async () => {
    const folder = await make("rule", {
      "main.ts": (text) => `import { far } from "./far.ts";\n${text}\nexport const near: number = far;\n`,
    });
    await writeFile(join(folder, "far.ts"), 'export const far = "far";\nfar.nothing();\n');
    const before = await readdir(folder);
    expect(await runCheck({ root, folders: [folder], json: true })).toBe(1);
    const [{ problems }] = JSON.parse(out.join("")) as [{ problems: object[] }];
    expect(problems).toEqual([
      expect.objectContaining({
        file: join(folder, "far.ts"),
        line: 2,
        column: 5,
        message: expect.stringMatching(/^TS2339: /) as string,
      }),
      expect.objectContaining({
        file: join(folder, "main.ts"),
        frame: expect.stringContaining("near: number = far") as string,
      }),
    ]);
    expect(await readdir(folder)).toEqual(before);
  });

  it.each([
    ["rule", "main.ts", "createIssues", "issues:write"],
    ["python", "main.py", "create_issues", "issues:write"],
  ] as const)("says which scope a %s plugin calls and lacks", async (template, main, method, scope) => {
    const folder = await make(template, { "plugin.toml": withoutScopes });
    expect(await runCheck({ root, folders: [folder] })).toBe(1);
    const said = out.join("");
    expect(said).toContain(`Cannot call "kili.${method}": found no "${scope}" in [permissions] kili of plugin.toml`);
    expect(said).toMatch(new RegExp(`mine/${main}:\\d+:\\d+: Cannot call`));
    expect(said).toMatch(new RegExp(`> \\d+ \\|.*${method}\\(`));
    expect(said.split(`"${scope}"`)).toHaveLength(2);
  });

  it("knows the methods of Python's client that are named by what they are about", async () => {
    const folder = await make("python", {
      "plugin.toml": withoutScopes,
      "main.py": (text) =>
        `${text}\n\ndef more(kili):\n    kili.labels.list("p")\n    kili . projects.update_info("p")\n`,
    });
    expect(await runCheck({ root, folders: [folder] })).toBe(1);
    expect(out.join("")).toContain('Cannot call "kili.labels.list": found no "labels:read"');
    expect(out.join("")).toContain('Cannot call "kili.projects.update_info": found no "projects:write"');
  });

  it("knows each method of Python's page that is named by what it is about", () => {
    const page = readFileSync(join(root, "docs", "python.md"), "utf8");
    const table = page.slice(page.indexOf("The same by what they are about"), page.indexOf("both work, in one client"));
    const names = [...table.matchAll(/^\| (`.*?) +\| (.*)\|$/gm)].flatMap(([, things = "", methods = ""]) =>
      [...things.matchAll(/[\w.]+/g)].flatMap(([thing]) =>
        // Of what is behind "; of", one thing alone has more.
        [...(thing.includes(".") ? methods.replace(/;.*/, "") : methods).matchAll(/`([\w]+)`/g)]
          .filter(([, method]) => method !== thing)
          .map(([, method = ""]) => [thing, method] as const),
      ),
    );
    expect(names.length).toBeGreaterThan(35);
    for (const [thing, method] of [...names, ["events", "list"] as const]) {
      const code = JSON.stringify({ files: { "main.py": `self.kili.${thing}.${method}()\n` } });
      const manifest = { main: "main.py", permissions: { kili: [] } };
      const found = findMissingScopes({ code, manifest } as unknown as Artifact, "");
      const verb = /^(?:list|count)/.test(method) ? "read" : "write";
      const object = thing.replace("questions", "issues").replace(".users", "");
      const wanted = `Cannot call "kili.${thing}.${method}": found no "${object}:${verb}"`;
      expect(found.map(({ message }) => message)).toContainEqual(expect.stringContaining(wanted));
    }
  });

  it("takes a scope of everything for one of part of it", async () => {
    const folder = await make("rule", {
      "plugin.toml": (toml) => toml.replace(/^kili = .*$/m, 'kili = ["issues:*", "assets:*"]'),
    });
    expect(await runCheck({ root, folders: [folder] })).toBe(0);
  });

  it("tells of a plugin that does not build beside one that does", async () => {
    const folder = await make("rule", {});
    expect(await runCheck({ root, folders: [folder, join(into, "nowhere")], json: true })).toBe(1);
    expect(JSON.parse(out.join(""))).toMatchObject([
      { name: "mine", problems: [] },
      { version: null, problems: [{ message: expect.stringContaining("found no such folder") as string }] },
    ]);
  });

  it("is no better for a plugin whose build does not say why it failed", async () => {
    vi.spyOn(builds, "buildPlugins").mockResolvedValue([{ status: "failed", name: "mute", problems: [] }]);
    expect(await runCheck({ root, folders: [join(into, "mute")] })).toBe(1);
    expect(out.join("")).toMatch(/✖.* mute\n\nCannot build plugin: found/);
    expect(out.join("")).not.toContain("✔");
  });

  it("says where a manifest has an array of tables in place of a table", async () => {
    const folder = await make("rule", { "plugin.toml": (toml) => toml.replace("[permissions]", "[[permissions]]") });
    expect(await runCheck({ root, folders: [folder] })).toBe(1);
    expect(out.join("")).toMatch(
      /plugin\.toml:\d+:3: Cannot accept permissions: found an array, wanted a table\n.*\n> /,
    );
  });
});

it("knows the scopes that the SDK names for each method", () => {
  const told: Record<string, string[]> = {};
  for (const file of globSync(join(root, "plugins", "sdk", "kili-{reads,writes}.ts"))) {
    const source = readFileSync(file, "utf8");
    for (const { end, value } of parseSync(file, source).comments) {
      const method = /^\s*(\w+)[<(]/.exec(source.slice(end))?.[1];
      // What a call needs besides comes after a comma.
      const scopes = /[Nn]eeds\s+\*?\s*((?:`\w+:\w+`(?: and )?)+)/.exec(value)?.[1];
      if (method !== undefined && scopes !== undefined)
        told[method] = [...scopes.matchAll(/\w+:\w+/g)].map(([scope]) => scope);
    }
  }
  expect(KILI_METHOD_SCOPES).toEqual(told);
});
