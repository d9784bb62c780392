// The pages in docs/: what they lead to is there, none is left out of the index, and the code of the tutorial builds.
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";

const root = resolve(import.meta.dirname, "..", "..");
const pages = globSync("docs/*.md", { cwd: root });
const read = (page: string): string => readFileSync(join(root, page), "utf8");

describe("docs/", () => {
  it.each(pages)("%s leads to files that exist", (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link ?? "");
    expect(links.filter((link) => !existsSync(resolve(root, page, "..", link)))).toEqual([]);
  });

  it("has an index of every page", () => {
    const index = read("docs/README.md");
    const missing = pages.map((page) => basename(page)).filter((name) => !index.includes(`](${name})`));
    expect(missing).toEqual(["README.md"]);
  });

  it.each([
    ["ts", "main.ts", "onSubmit"],
    ["python", "main.py", "onSubmit"],
  ])("first-plugin.md shows a plugin that builds, in %s", async (language, file, handler) => {
    const page = read("docs/first-plugin.md");
    const block = (of: string): string => new RegExp(`^\`\`\`${of}\n([^]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";
    const folder = await mkdtemp(join(root, "node_modules", ".first-plugin-"));
    try {
      await writeFile(join(folder, "plugin.toml"), block("toml").replace("main.ts", file));
      await writeFile(join(folder, file), block(language));
      expect(await buildPluginFolder(folder)).toMatchObject({ status: "built", artifact: { handlers: [handler] } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
