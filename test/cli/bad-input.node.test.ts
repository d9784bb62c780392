// What commands say to input that is none: one clear sentence, before anything is asked or made.
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findHostUrl } from "../../cli/api/find-host-url.ts";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { newPlugin } from "../../cli/commands/new-plugin.ts";
import { claimDataDir } from "../../cli/host/claim-data-dir.ts";
import { waitForPort } from "../../cli/host/wait-for-port.ts";
import { createProgram } from "../../cli/program/create-program.ts";

const root = resolve(import.meta.dirname, "..", "..");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kili-edge-bad-input-"));
  await writeFile(join(folder, "file"), "");
});
afterAll(() => rm(folder, { recursive: true }));

describe("findHostUrl", () => {
  const find = (url: string) => findHostUrl({ root, data: folder, url });

  it.each(["http://127.0.0.1:8787", "http://127.0.0.1:8787/", "HTTP://127.0.0.1:8787//"])("takes %s", async (url) => {
    expect(await find(url)).toEqual({ ok: true, value: "http://127.0.0.1:8787" });
  });

  it.each([
    ["nonsense", 'found "nonsense", wanted http:// or https:// and a host, such as http://127.0.0.1:8787'],
    ["ftp://x", 'found "ftp://x", wanted http:// or https:// and a host, such as http://127.0.0.1:8787'],
    ["localhost:9", 'found "localhost:9", wanted http:// or https:// and a host, such as http://localhost:9'],
    [
      "host.example.com",
      'found "host.example.com", wanted http:// or https:// and a host, such as http://host.example.com',
    ],
    [
      "https://x/api/label/v2/graphql",
      'found "/api/label/v2/graphql" after the host, wanted the host alone: https://x',
    ],
    ["https://x?a=1#b", 'found "?a=1#b" after the host, wanted the host alone: https://x'],
  ])("refuses %s", async (url, found) => {
    const failure = { reason: "url_unusable", message: `Cannot read --url: ${found}` };
    expect(await find(url)).toEqual({ ok: false, failure });
  });

  it.each(["https://me:secret@x", "me:secret@x", "ftp://me:secret@x"])("says nothing of %s", async (url) => {
    const found = await find(url);
    expect(found.ok ? "" : found.failure.message).toMatch(/^Cannot read --url: found a user or a password in it/);
    expect(JSON.stringify(found)).not.toContain("secret");
  });

  it("asks no other host than the one on a directory that is named", async () => {
    expect(await findHostUrl({ root, data: join(root, ".kili-edge") })).toMatchObject({ ok: true });
    for (const data of [folder, join(folder, "file"), join(folder, "nothing")])
      expect(await findHostUrl({ root, data })).toMatchObject({ ok: false, failure: { reason: "host_unreachable" } });
  });
});

/** Every command, with those below it. */
function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

it("every option and argument that takes a value refuses an empty one", () => {
  const commands = commandsOf(createProgram()).filter((command) => !/^(?:complet|help)/.test(command.name()));
  const parsers = commands.flatMap((command) => [
    ...command.options.filter(({ required, optional }) => required || optional).map((each) => each.parseArg),
    ...command.registeredArguments.map((each) => each.parseArg),
  ]);
  expect(parsers.length).toBeGreaterThan(100);
  for (const parse of parsers) expect(() => (parse as (text: string) => unknown)("")).toThrow();
});

it("a command line of try that cannot be read ends with 2: 1 is a new failure", () => {
  const commandLine = join(root, "cli", "kili-edge.ts");
  expect(spawnSync(process.execPath, [commandLine, "try", "plugins/x", "--limit", "no"]).status).toBe(2);
  expect(spawnSync(process.execPath, [commandLine, "try", "--help"]).status).toBe(0);
});

it("a list of arguments is a list", async () => {
  const program = createProgram();
  const replay = program.commands.find((command) => command.name() === "replay");
  let seen: unknown;
  replay?.action((ids: unknown) => void (seen = ids));
  await program.parseAsync(["node", "kili-edge", "replay", "a", "b"]);
  expect(seen).toEqual(["a", "b"]);
});

it("a plugin's folder that is none is told from one without a manifest", async () => {
  await mkdir(join(folder, "many", "one"), { recursive: true });
  await writeFile(join(folder, "many", "one", "plugin.toml"), "");
  const problem = async (path: string) => {
    const built = await buildPluginFolder(join(folder, path));
    return built.status === "failed" ? built.problems[0]?.message : null;
  };
  expect(await problem("nothing")).toBe("Cannot build plugin: found no such folder, wanted a plugin's");
  expect(await problem("file")).toBe("Cannot build plugin: found a file, wanted a plugin's folder");
  expect(await problem("many")).toMatch(/found no plugin.toml but in folders below, .* such as \S*many\/one$/);
  expect(await problem(".")).toBe("Cannot build plugin: found no plugin.toml, wanted one in the plugin's folder");
});

it("a file that is in the way is said to be one", async () => {
  const claimed = await claimDataDir(join(folder, "file"), "http://127.0.0.1:1", process.pid);
  expect(claimed).toMatchObject({ failure: { message: expect.stringContaining("a file is in the way") as string } });
  const made = await newPlugin({ root, name: "x", template: "rule", into: join(folder, "file") });
  expect(made).toMatchObject({ failure: { message: expect.stringContaining("cannot be written (") as string } });
});

it("an address that is not this machine's is not taken for a port in use", async () => {
  expect(await waitForPort("192.0.2.1", 8787, 0)).toMatchObject({
    failure: { message: expect.stringMatching(/EADDRNOTAVAIL, wanted --host to be an address/) as string },
  });
});
