// Where places of the code are from, as everybody else's reader of source maps says it, and what no map does.
import { encodedMappings, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSourceMap } from "../../worker/execute/parse-source-map.ts";
import { MAX_SOURCE_MAP_CHARS } from "../../worker/limits.ts";

const mapText = (mappings: unknown, sources: readonly unknown[] = ["main.ts"]): string =>
  JSON.stringify({ version: 3, sources, names: [], mappings });

/** Lines of mappings in their order: columns that grow, each with a place or without. */
const place = fc.tuple(fc.nat(2), fc.nat(100_000), fc.nat(5_000));
const line = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.option(place)), { maxLength: 120 });
const decoded = fc.array(line, { maxLength: 40 }).map((lines) =>
  lines.map((steps) => {
    let column = -1;
    return steps.map(([step, from]): [number] | [number, number, number, number] => {
      column += step;
      return from === null ? [column] : [column, ...from];
    });
  }),
);

describe("parseSourceMap", () => {
  test("finds what trace-mapping finds", () => {
    const sources = ["plugins/a/main.ts", "./b/../deep.ts", "../c.ts"];
    const wanted = fc.array(fc.tuple(fc.integer({ min: 1, max: 42 }), fc.integer({ min: 1, max: 9_000 })));
    fc.assert(
      fc.property(decoded, wanted, (mappings, places) => {
        const theirs = new TraceMap({ version: 3, sources, names: [], mappings });
        const ours = parseSourceMap(mapText(encodedMappings(theirs), sources));
        const ends = mappings.flatMap((line, at) => line.map(([column]) => [at + 1, column + 1] as const));
        for (const [row, column] of [...places, ...ends]) {
          const found = originalPositionFor(theirs, { line: row, column: column - 1 });
          const position =
            found.source === null ? null : { file: found.source, line: found.line, column: found.column + 1 };
          expect(ours?.find(row, column), `${row}:${column}`).toEqual(position);
        }
      }),
      { numRuns: 50 },
    );
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
    ["millions of empty lines", `${";".repeat(4_000_000)}AAAA`],
    ["one line of all there is", "CAAA,".repeat(800_000)],
  ])("reads %s without harm", (_, mappings) => {
    const map = parseSourceMap(mapText(mappings, ["main.ts", null]));
    for (let line = 1; line < 2_000_000; line += 1_000)
      for (const column of [0, 1, 2, line]) {
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
