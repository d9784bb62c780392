// Stacks in log lines, as errors are rendered there: alone, with a cause, inside of values, and cut short.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogLine } from "../../schemas/run.ts";
import { mapLog, mayHoldFrames } from "../../worker/execute/map-log.ts";
import { parseSourceMap, type SourceMap } from "../../worker/execute/parse-source-map.ts";
import { MAX_LOG_LINE_CHARS, MAX_RUN_LOG_CHARS } from "../../worker/limits.ts";

/** Every line of the code is from the same line of main.ts; what is before column 5 is from nowhere. */
const MAP: SourceMap = {
  find: (line, column) => (column < 5 ? null : { file: "main.ts", line, column: column - 4 }),
  chars: 0,
};
const at = (content: string): LogLine => ({ at: 1, level: "error", content });
const mapped = (content: string, map: SourceMap | null = MAP): string | undefined =>
  mapLog([at(content)], map)[0]?.content;
const lines = (...texts: readonly string[]): string => texts.join("\n");

describe("mapLog", () => {
  test("leads frames of the plugin's back, and leaves ours out", () => {
    const content = lines(
      "while checking Error: no",
      "    at PluginHandler.onSubmit (plugin.js:29:19)",
      "    at async plugin.js:30:5",
      "    at new Box (plugin.js:31:7)",
      "    at refill (meter.js:1:200)",
      "    at new GiveUp (kili-edge/sdk:3:3)",
      "    at async on (harness.js:35:4505)",
    );
    expect(mapped(content)).toBe(
      lines(
        "while checking Error: no",
        "    at PluginHandler.onSubmit (main.ts:29:15)",
        "    at main.ts:30:1",
        "    at new Box (main.ts:31:3)",
      ),
    );
  });

  test("does so in each of several stacks of a line", () => {
    const content = lines(
      "Error: outer",
      "    at f (plugin.js:1:5)",
      "    at async on (harness.js:35:4505)",
      "caused by TypeError: inner",
      "    at g (plugin.js:2:5)",
      "    at async on (harness.js:35:4505) and [Error: third",
      "    at plugin.js:3:5, 12]",
      "    at async on (harness.js:35:4505)",
      "the end",
    );
    expect(mapped(content)).toBe(
      lines(
        ...["Error: outer", "    at f (main.ts:1:1)", "caused by TypeError: inner"],
        ...["    at g (main.ts:2:1) and [Error: third", "    at main.ts:3:1, 12]", "the end"],
      ),
    );
  });

  test("leaves what is no frame as it is", () => {
    const content = lines(
      "see plugin.js:1:5 (plugin.js:1:5)",
      "  at f (plugin.js:1:5)",
      "\tat f (plugin.js:1:5)",
      "    at noon, plugin.js:1:5",
      "    at f (plugin.js)",
      "    at f (my-plugin.js:1:5)",
      "    at JSON.parse (<anonymous>)",
      "    at async Promise.all (index 0)",
      "",
    );
    expect(mapped(content)).toBe(content);
  });

  test("does not take a frame that was cut short for another", () => {
    const content = lines("Error: no", "    at f (plugin.js:1:5)");
    for (const end of ["    at plugin.js:12:3…", "    at plugin.js:12…", "    at f (plugin.js:12:3…", "    at f (plu…"])
      expect(mapped(`${content}\n${end}`)).toBe(lines("Error: no", "    at f (main.ts:1:1)", end));
  });

  test("leaves out a frame that leads nowhere, and not what follows it", () => {
    expect(mapped("    at f (plugin.js:1:1) first")).toBe(" first");
    expect(mapped(lines("Error: no", "    at f (plugin.js:1:1)", "    at g (plugin.js:1:5)"))).toBe(
      lines("Error: no", "    at g (main.ts:1:1)"),
    );
  });

  test("keeps the places in the module where there is no map", () => {
    const content = lines("Error: no", "    at f (plugin.js:1:5)", "    at async on (harness.js:35:4505)");
    expect(mapped(content, null)).toBe(lines("Error: no", "    at f (plugin.js:1:5)"));
  });

  test("touches no line without such a frame", () => {
    const given = [at("Error: no\n    at async on (harness.js:35:4505)"), at("plain")];
    expect(given.some(mayHoldFrames)).toBe(false);
    mapLog(given, MAP).forEach((line, index) => expect(line).toBe(given[index]));
  });

  test("holds the log to its size, whatever the map makes of it", () => {
    const longName = { find: () => ({ file: `${"\u0001é".repeat(2_000)}\ud83d`, line: 1, column: 1 }), chars: 0 };
    const log = Array.from({ length: 30 }, (_, row) => at("    at f (plugin.js:1:5)\n".repeat(row * 10)));
    const sizeOf = (some: readonly LogLine[]): number =>
      some.reduce((sum, { content }) => sum + JSON.stringify(content).length, 0);
    expect(sizeOf(log)).toBeLessThan(MAX_RUN_LOG_CHARS);
    const made = mapLog(log, longName);
    expect(sizeOf(made)).toBeLessThanOrEqual(MAX_RUN_LOG_CHARS);
    expect(made[1]?.content).not.toBe(log[1]?.content);
    for (const { content } of made) {
      expect(content.length).toBeLessThanOrEqual(MAX_LOG_LINE_CHARS);
      expect(content.isWellFormed()).toBe(true);
    }
  });

  test("changes no line that does not begin like a frame", () => {
    const piece = fc.oneof(
      fc.constantFrom("    at ", "f (", "plugin.js:", "harness.js:", "1:", "5", ") ", "\n", "async ", "Error: no", "…"),
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const content = pieces.join("").toWellFormed();
        const after = (mapped(content) ?? "").split("\n");
        for (const text of content.split("\n").filter((one) => !one.startsWith("    at "))) {
          // What a frame that is left out had behind it is now behind the line before it.
          const found = after.findIndex((line) => line.startsWith(text));
          expect(found).not.toBe(-1);
          after.splice(0, found + 1);
        }
      }),
    );
  });

  test.each([
    ["names that open again and again", `    at ${" (".repeat(4_000)}plugin.js:1`],
    ["numbers without end", `    at f (plugin.js:${"1:".repeat(4_000)}`],
    ["one long number", `    at f (plugin.js:${"1".repeat(8_000)}`],
    ["a file without end", `    at f (${"plugin.js:".repeat(800)}`],
    ["spaces", `    at ${" ".repeat(8_000)}plugin.js:1:1x`],
  ])("is soon done with %s", (_, content) => {
    // A regular expression that tried all ways would not be done within the test's time.
    const log = Array.from({ length: 500 }, () => at(content));
    expect(mapLog(log, MAP)).toHaveLength(500);
  });
});

test("a real map's places are the author's", () => {
  const map = parseSourceMap('{"version":3,"sources":["deep/main.ts"],"names":[],"mappings":"AAAA;AACA,IAAI"}');
  expect(mapped("Error: no\n    at f (plugin.js:2:7)", map)).toBe("Error: no\n    at f (deep/main.ts:2:5)");
});
