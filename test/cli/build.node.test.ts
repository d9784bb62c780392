// The build as a program sees it: what was built and what was not, as one JSON document.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { ROOT } from "../../bench/open-worker.ts";

let folder: string | null = null;
afterEach(async () => {
  if (folder !== null) await rm(folder, { recursive: true });
});

it("build --json names each plugin with its problems, and is no failure for a broken one", async () => {
  folder = await mkdtemp(join(tmpdir(), "kili-edge-build-"));
  const [plugins, out] = [join(folder, "plugins"), join(folder, "dist")];
  // What takes long to make is there already.
  await cp(join(ROOT, "dist"), out, { recursive: true });
  await cp(join(ROOT, "plugins", "bbox-count"), join(plugins, "bbox-count"), { recursive: true });
  await mkdir(join(plugins, "broken"));
  await writeFile(join(plugins, "broken", "plugin.toml"), 'name = "broken"\n');

  const args = [join(ROOT, "cli", "build", "build.ts"), "--json", "--plugins", plugins, "--out", out];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  const place = { file: "plugins/broken/plugin.toml", line: 1, column: 1 };
  expect(JSON.parse(stdout)).toEqual([
    { name: "bbox-count", status: "built", problems: [] },
    { name: "broken", status: "failed", problems: expect.arrayContaining([expect.objectContaining(place)]) as unknown },
  ]);
  expect(stderr).toBe("");
});
