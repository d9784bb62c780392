// Which sources a version keeps: its author's, up to a size.
import { expect, it } from "vitest";
import { keepSources } from "../../worker/build/keep-sources.ts";
import { MAX_KEPT_SOURCE_CHARS } from "../../worker/limits.ts";

it("keeps what the author wrote, and no package", () => {
  const sources = [
    "plugins/x/main.ts",
    "node_modules/zod/index.js",
    "../node_modules/a/b.js",
    null,
    "my_node_modules/c.ts",
  ];
  const sourcesContent = ["one", "two", "three", "four", null];
  expect(keepSources({ sources, sourcesContent })).toEqual(["one", null, null, null, null]);
  expect(keepSources({ sources: ["a.ts"] })).toEqual([null]);
});

it("leaves out what is too much, and goes on with what fits", () => {
  const large = "x".repeat(MAX_KEPT_SOURCE_CHARS);
  expect(keepSources({ sources: ["a", "b", "c"], sourcesContent: ["y", large, "z"] })).toEqual(["y", null, "z"]);
});
