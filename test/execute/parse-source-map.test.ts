// What is a source map, and where it leads; a version's map may be anybody's.
import { describe, expect, test } from "vitest";
import { parseSourceMap } from "../../worker/execute/parse-source-map.ts";
import { MAX_SOURCE_MAP_CHARS } from "../../worker/limits.ts";

const mapText = (mappings: unknown, sources: readonly unknown[] = ["main.ts"]): string =>
  JSON.stringify({ version: 3, sources, names: [], mappings });

describe("parseSourceMap", () => {
  test("leads to the author's files, counting from 1", () => {
    const map = parseSourceMap(mapText("AAAA,IACE;CCAF", ["plugins/a/main.ts", "./b/../deep.ts"]));
    const find = (line: number, column: number) => map?.find(line, column);
    expect(find(1, 1)).toEqual({ file: "plugins/a/main.ts", line: 1, column: 1 });
    expect(find(1, 9)).toEqual({ file: "plugins/a/main.ts", line: 2, column: 3 });
    expect(find(2, 2)).toEqual({ file: "./deep.ts", line: 2, column: 1 });
    expect(find(3, 1)).toBeNull();
  });

  test.each([
    ...["", "{}", "not JSON", '{"version":3}', "[]", "null", '{"version":3,"sections":[]}', mapText([]), mapText(1)],
    ...[mapText("AAAA", [1]), JSON.stringify({ version: 2, sources: [], names: [], mappings: "" })],
    mapText(";".repeat(MAX_SOURCE_MAP_CHARS)),
  ])("takes %.60j for none", (text) => {
    expect(parseSourceMap(text)).toBeNull();
  });

  test.each([
    ["numbers that never end", "g".repeat(1_000_000)],
    ["no digits", "AAAA,\u{1f600}é\u0000 AAAA"],
    ["half a number", "AAAAg,AAAA"],
    ["files that are not there", "AEAA,AFAA,AFAA"],
    ["lines before the first", "AADA,AAAD"],
    ["columns that shrink", "gBAAA,DAAA,DAAA,gBAAA".repeat(10_000)],
  ])("reads %s without harm", (_, mappings) => {
    const map = parseSourceMap(mapText(mappings, ["main.ts", null]));
    for (let line = 1; line < 2_000; line += 1)
      for (const column of [1, 2, line]) {
        const found = map?.find(line, column);
        if (found) expect(Math.min(found.line, found.column)).toBeGreaterThan(0);
      }
  });

  test.each([
    [0, 1],
    [1, 0],
    [-1, -1],
    [NaN, NaN],
    [Infinity, 1],
    [1, Infinity],
  ])("finds nothing worse than nothing at %d:%d", (line, column) => {
    expect([null, 1]).toContain(parseSourceMap(mapText("AAAA"))?.find(line, column)?.line ?? null);
  });
});
