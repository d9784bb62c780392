// The build as a program sees it: what was built and what was not, as one JSON document and as an exit code.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ROOT } from "../../bench/open-worker.ts";
import { sayBuild } from "../../cli/commands/say-build.ts";

let folder: string | null = null;
afterEach(async () => {
  vi.restoreAllMocks();
  if (folder !== null) await rm(folder, { recursive: true });
});

/** A folder of plugins, one of them broken where it is asked for; and what the build of it is called with. */
async function prepare(hasBroken: boolean): Promise<string[]> {
  folder = await mkdtemp(join(tmpdir(), "kili-edge-build-"));
  const [plugins, out] = [join(folder, "plugins"), join(folder, "dist")];
  // What takes long to make is there already.
  await cp(join(ROOT, "dist"), out, { recursive: true });
  await cp(join(ROOT, "plugins", "bbox-count"), join(plugins, "bbox-count"), { recursive: true });
  if (hasBroken) {
    await mkdir(join(plugins, "broken"));
    await writeFile(join(plugins, "broken", "plugin.toml"), 'name = "broken"\n');
  }
  return [join(ROOT, "cli", "build", "build.ts"), "--plugins", plugins, "--out", out];
}

const place = { file: "plugins/broken/plugin.toml", line: 1, column: 1 };
const SAID = [
  { name: "bbox-count", status: "built", problems: [] },
  { name: "broken", status: "failed", problems: expect.arrayContaining([expect.objectContaining(place)]) as unknown },
];

it("build --json names each plugin with its problems, and is no failure for a broken one", async () => {
  const args = await prepare(true);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args, "--json"]);
  expect(JSON.parse(stdout)).toEqual(SAID);
  expect(stderr).toBe("");
});

it("build --check says and builds the same, and is a failure for a broken one", async () => {
  const args = await prepare(true);
  const ended = await promisify(execFile)(process.execPath, [...args, "--json", "--check"]).catch(
    (error: unknown) => error,
  );
  expect(ended).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse((ended as { stdout: string }).stdout)).toEqual(SAID);
  const index = await readFile(join(folder ?? "", "dist", "assets", "plugins", "index.json"), "utf8");
  expect(JSON.parse(index)).toMatchObject({ plugins: [{ status: "built" }, { status: "failed" }] });
});

it("build --check is no failure where all plugins build", async () => {
  const args = await prepare(false);
  const { stdout } = await promisify(execFile)(process.execPath, [...args, "--check"]);
  expect(stdout).toBe("Built 1 of 1 plugins\n");
});

describe("kili-edge build", () => {
  /** A host whose build does no more than say what became of its plugins. */
  async function hostWith(status: "built" | "failed"): Promise<string> {
    folder = await mkdtemp(join(tmpdir(), "kili-edge-build-"));
    await mkdir(join(folder, "dist", "assets", "plugins"), { recursive: true });
    await writeFile(
      join(folder, "dist", "assets", "plugins", "index.json"),
      JSON.stringify({ hash: "", plugins: [{ name: "one", file: "one.json", status }] }),
    );
    await mkdir(join(folder, "cli", "build"), { recursive: true });
    const said = `process.argv.includes("--json") ? '[{"status":"${status}"}]' : "${status}"`;
    await writeFile(join(folder, "cli", "build", "build.ts"), `console.log(${said});\n`);
    return folder;
  }

  it.each([
    ["built", {}, 0],
    ["failed", {}, 0],
    ["built", { check: true }, 0],
    ["failed", { check: true }, 1],
    ["failed", { check: true, json: true }, 1],
  ] as const)("of a plugin that is %s, with %j, exits with %i", async (status, flags, exitCode) => {
    const root = await hostWith(status);
    const out: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    expect(await sayBuild({ root, ...flags })).toBe(exitCode);
    const text = out.join("");
    if ("json" in flags) expect(JSON.parse(text)).toEqual([{ status }]);
    else expect(text).toBe(`${status}\n`);
  });
});
