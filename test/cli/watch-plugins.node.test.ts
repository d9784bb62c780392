// Watching the plugin folders on a real file system.
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchPlugins, type PluginWatch } from "../../cli/host/watch-plugins.ts";

let dir: string;
let watching: PluginWatch;
let news: string[];
const errors: unknown[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kili-edge-plugins-"));
  await mkdir(join(dir, "known"));
  await mkdir(join(dir, "sdk"));
  await writeFile(join(dir, "known", "plugin.toml"), "");
  news = [];
  watching = await watchPlugins(dir, ["known"], {
    onSaved: async (folder) => void news.push(`saved ${basename(folder)}`),
    onGone: (name) => void news.push(`gone ${name}`),
    onSdkSaved: () => void news.push("sdk"),
    onError: (error) => void errors.push(error),
  });
});
afterEach(async () => {
  await watching.close();
  expect(errors).toEqual([]);
});

const heard = (...expected: string[]) => vi.waitFor(() => expect(news).toEqual(expected), { timeout: 5_000 });

describe("watchPlugins", () => {
  it("tells once of a save that takes several writes", async () => {
    for (const text of ["a", "ab", "abc"]) await writeFile(join(dir, "known", "main.ts"), text);
    await heard("saved known");
  });

  it("tells of a new folder once it has a manifest, and of files deep in it", async () => {
    await mkdir(join(dir, "fresh", "rules"), { recursive: true });
    await writeFile(join(dir, "fresh", "main.ts"), "");
    await writeFile(join(dir, "known", "main.ts"), "");
    await heard("saved known");
    await writeFile(join(dir, "fresh", "plugin.toml"), "");
    await heard("saved known", "saved fresh");
    await writeFile(join(dir, "fresh", "rules", "boxes.ts"), "");
    await heard("saved known", "saved fresh", "saved fresh");
  });

  it("tells of editors that replace a file, each time they do", async () => {
    const expected: string[] = [];
    for (const text of ["a", "ab", "abc", "abcd"]) {
      await writeFile(join(dir, "known", ".main.ts.swp"), text);
      await rename(join(dir, "known", ".main.ts.swp"), join(dir, "known", "main.ts"));
      expected.push("saved known");
      await heard(...expected);
    }
  });

  it("tells of a deleted folder, and of the same folder when it is back", async () => {
    await rm(join(dir, "known"), { recursive: true });
    await heard("gone known");
    await mkdir(join(dir, "known"));
    await writeFile(join(dir, "known", "plugin.toml"), "");
    await heard("gone known", "saved known");
  });

  it("tells of the SDK apart, and of nothing in node_modules or hidden files", async () => {
    await mkdir(join(dir, "known", "node_modules"));
    await writeFile(join(dir, "known", "node_modules", "x.js"), "");
    await writeFile(join(dir, "known", ".hidden"), "");
    await writeFile(join(dir, "sdk", "index.ts"), "");
    await heard("sdk");
  });
});
