// What README.md says, held against what is there.
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";

const root = resolve(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"))].map(([, text]) => text ?? "");
}

describe("README.md", () => {
  it("gives the commands that .ci/run runs, in the same order", () => {
    const told = blocksOf("sh").flatMap((block) => block.split("\n").filter((line) => line !== ""));
    const script = readFileSync(join(root, ".ci", "run"), "utf8");
    const run = [...script.matchAll(/^readme(?:_server)? (.+)$/gm)].map(([, command]) => command?.replaceAll('"', ""));
    expect(told.length).toBeGreaterThan(5);
    expect(run).toEqual(told);
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?([a-z][a-z:-]*)/g)].map(([, name]) => name ?? "");
    const unknown = named.filter((name) => name !== "install" && !(name in scripts));
    expect(unknown.filter((name) => name !== "run")).toEqual([]);
  });

  it.each(["README.md", "AGENTS.md", "docs/architecture.md", "docs/manifest.md", "docs/security.md"])(
    "leads from %s to files that exist",
    (page) => {
      const text = readFileSync(join(root, page), "utf8");
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link ?? "");
      expect(links.filter((link) => !existsSync(resolve(root, page, "..", link)))).toEqual([]);
    },
  );

  it("shows a plugin that builds", async () => {
    const folder = await mkdtemp(join(root, "node_modules", ".readme-plugin-"));
    try {
      await writeFile(join(folder, "plugin.toml"), blocksOf("toml")[0] ?? "");
      await writeFile(join(folder, "main.ts"), blocksOf("ts")[0] ?? "");
      expect(await buildPluginFolder(folder)).toMatchObject({ status: "built", artifact: { handlers: ["onSubmit"] } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("keeps AGENTS.md to a page", () => {
    expect(readFileSync(join(root, "AGENTS.md"), "utf8").split("\n").length).toBeLessThanOrEqual(81);
  });
});
