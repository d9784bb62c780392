import { describe, expect, test } from "vitest";
import { SourceMaps } from "../../worker/execute/source-maps.ts";
import { MAX_SOURCE_MAPS, MAX_SOURCE_MAPS_CHARS } from "../../worker/limits.ts";

const text = (mappings = "AAAA"): string => JSON.stringify({ version: 3, sources: ["main.ts"], names: [], mappings });

const HALF = MAX_SOURCE_MAPS_CHARS / 2;

/** A store of maps that counts how often each was read. */
function reading(give: (hash: string) => string | null = () => text()) {
  const reads: string[] = [];
  const maps = new SourceMaps();
  const find = (hash: string) =>
    maps.find(hash, async () => {
      reads.push(hash);
      return give(hash);
    });
  return { find, reads };
}

describe("SourceMaps", () => {
  test("read a map once, and parse it once for those that read together", async () => {
    const { find, reads } = reading();
    const [one, other] = await Promise.all([find("a"), find("a")]);
    expect(one?.find(1, 1)).toEqual({ file: "main.ts", line: 1, column: 1 });
    expect(other).toBe(one);
    expect(await find("a")).toBe(one);
    expect(reads).toEqual(["a", "a"]);
  });

  test("keep those that were used last", async () => {
    const { find, reads } = reading();
    const hashes = Array.from({ length: MAX_SOURCE_MAPS }, (_, index) => `${index}`);
    for (const hash of [...hashes, "0", "new"]) await find(hash);
    reads.length = 0;
    for (const hash of ["0", "new", "1"]) await find(hash);
    expect(reads).toEqual(["1"]);
  });

  test("keep as many as there is room for, and none that is too large for it", async () => {
    const { find, reads } = reading((hash) => text(";".repeat(hash === "large" ? MAX_SOURCE_MAPS_CHARS + 1 : HALF)));
    for (const hash of ["a", "b", "c"]) await find(hash);
    reads.length = 0;
    for (const hash of ["c", "b", "a"]) await find(hash);
    expect(reads).toEqual(["a"]);
    for (const hash of ["large", "a", "large"]) await find(hash);
    expect(reads).toEqual(["a", "large", "large"]);
  });

  test("keep nothing of a map that could not be read", async () => {
    let given: string | null = null;
    const { find, reads } = reading(() => given);
    expect(await find("a")).toBeNull();
    given = "not JSON";
    expect(await find("a")).toBeNull();
    given = text();
    expect(await find("a")).not.toBeNull();
    expect(reads).toHaveLength(3);
    const maps = new SourceMaps();
    await expect(maps.find("b", () => Promise.reject(new Error("database is busy")))).rejects.toThrow("busy");
    expect(await maps.find("b", async () => text())).not.toBeNull();
  });
});
