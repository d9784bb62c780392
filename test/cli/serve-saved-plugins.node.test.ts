// Watch mode on real folders: what a save hands to the host, and what it does not.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BuildResult } from "../../schemas/artifact.ts";
import { buildPluginFolder, buildPlugins, listPluginFolders } from "../../cli/build/build-plugins.ts";
import { refuseTakenName } from "../../cli/build/refuse-taken-name.ts";
import { serveSavedPlugins } from "../../cli/host/serve-saved-plugins.ts";
import type { PluginWatch } from "../../cli/host/watch-plugins.ts";

const EXAMPLE = resolve(import.meta.dirname, "..", "..", "plugins", "bbox-count");

let root: string;
let watching: PluginWatch;
let said: string;
let registered: BuildResult[];

const inPlugins = (...path: string[]): string => join(root, "plugins", ...path);
const copy = (name: string): Promise<void> => cp(EXAMPLE, inPlugins(name), { recursive: true });
const names = (): string[] =>
  registered.map((result) => (result.status === "built" ? result.artifact.manifest.name : `${result.name} failed`));
const heard = (line: string): Promise<void> => vi.waitFor(() => expect(said).toContain(line), { timeout: 20_000 });

/** Gives the plugin in a folder a name, in one write. */
async function nameIt(folder: string, name: string): Promise<void> {
  const manifest = await readFile(join(EXAMPLE, "plugin.toml"), "utf8");
  await writeFile(inPlugins(folder, "plugin.toml"), manifest.replace(/^name = .*$/m, `name = "${name}"`));
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kili-edge-saved-"));
  await mkdir(inPlugins());
  await copy("bbox-count");
  said = "";
  registered = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const result = await new Response(init?.body).json<BuildResult>();
    registered.push(result);
    const name = result.status === "built" ? result.artifact.manifest.name : result.name;
    return Response.json({ status: result.status === "built" ? "registered" : "failed", name, version: "1.0.0" });
  };
  watching = await serveSavedPlugins({
    ...{ root, refuseTakenName, build: buildPluginFolder },
    host: { url: "http://host", adminKey: "key", fetch },
    say: (line) => (said += `${line}\n`),
  });
});
afterEach(async () => {
  await watching.close();
  await rm(root, { recursive: true });
});

describe("a saved folder whose plugin has the name of another", () => {
  it("is refused as a build of all of them refuses it, and is registered once it has a name of its own", async () => {
    await copy("mine");
    const taken = `found its name "bbox-count" in plugins/bbox-count/plugin.toml too, wanted one of its own`;
    await heard(`plugins/mine/plugin.toml:3:8: Cannot build plugin: ${taken}`);
    expect(said).toContain("mine does not build; the version before, if any, goes on running:");
    const [, ofAll] = await buildPlugins(await listPluginFolders(inPlugins()));
    expect(ofAll).toMatchObject({ status: "failed", problems: [{ message: `Cannot build plugin: ${taken}` }] });
    expect(registered).toEqual([]);

    await nameIt("mine", "mine");
    await heard("mine 1.0.0 reloaded in");
    expect(names()).toEqual(["mine"]);
  });

  it("is refused whichever of the two is saved, also where it does not build, until the other is gone", async () => {
    await copy("mine");
    await heard("mine does not build");
    await writeFile(inPlugins("bbox-count", "main.ts"), "export default class {");
    await heard("bbox-count does not build");
    expect(said).toContain(`plugins/bbox-count/plugin.toml:3:8: Cannot build plugin: found its name "bbox-count"`);
    await rm(inPlugins("mine"), { recursive: true });
    await heard("is gone; what was registered from it stays");
    expect(registered).toEqual([]);
    await cp(join(EXAMPLE, "main.ts"), inPlugins("bbox-count", "main.ts"));
    await heard("bbox-count 1.0.0 reloaded in");
    expect(names()).toEqual(["bbox-count"]);
  });

  it("is no folder that only speaks of the other, or has a manifest that nobody can read", async () => {
    await mkdir(inPlugins("broken"));
    await writeFile(inPlugins("broken", "plugin.toml"), "# like bbox-count\nname = ");
    await heard("broken does not build");
    await mkdir(inPlugins("mine"));
    await cp(join(EXAMPLE, "main.ts"), inPlugins("mine", "main.ts"));
    await nameIt("mine", "after-bbox-count");
    await writeFile(inPlugins("bbox-count", "main.ts"), await readFile(join(EXAMPLE, "main.ts"), "utf8"));
    await heard("bbox-count 1.0.0 reloaded in");
    await heard("after-bbox-count 1.0.0 reloaded in");
    expect(said).not.toContain("found its name");
  });
});
