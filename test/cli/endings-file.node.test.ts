// What is known of runtimes that are gone.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { endingsFolder, openEndingsFile } from "../../cli/supervisor/endings-file.ts";

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kili-edge-endings-"));
  file = join(endingsFolder(dir), "endings.json");
});
const unexpected = (error: unknown): never => {
  throw error;
};
const open = (at: string) => openEndingsFile(at, unexpected);
const written = async (): Promise<unknown> => JSON.parse(await readFile(file, "utf8"));

describe("openEndingsFile", () => {
  it("is there before anything has ended, and keeps what earlier hosts wrote", async () => {
    const first = open(dir);
    expect(await written()).toEqual([]);
    first.add({ at: 1, fromOutside: true });
    open(dir).add({ at: 2, fromOutside: false });
    expect(await written()).toEqual([
      { at: 1, fromOutside: true },
      { at: 2, fromOutside: false },
    ]);
  });

  it("forgets what is long ago", async () => {
    const endings = open(dir);
    for (let at = 0; at < 120; at++) endings.add({ at, fromOutside: true });
    expect(await written()).toHaveLength(100);
    expect(await written()).toContainEqual({ at: 119, fromOutside: true });
  });

  it.each(["", "[{", '[{"at":"yesterday"}]'])("begins anew where the file holds %j", async (text) => {
    open(dir);
    await writeFile(file, text);
    open(dir);
    expect(await written()).toEqual([]);
  });

  it("tells what cannot be written, and writes it with the next one", async () => {
    const failures: unknown[] = [];
    const blocked = join(dir, "endings");
    await writeFile(blocked, "a file, where the folder should be");
    const endings = openEndingsFile(dir, (error) => failures.push(error));
    endings.add({ at: 1, fromOutside: false });
    expect(failures).toHaveLength(2);
    await rm(blocked);
    endings.add({ at: 2, fromOutside: true });
    expect(await written()).toEqual([
      { at: 1, fromOutside: false },
      { at: 2, fromOutside: true },
    ]);
  });
});
