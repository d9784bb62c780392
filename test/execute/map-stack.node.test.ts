// Stacks of real artifacts: bundled and metered code, led back to the author's lines.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Artifact } from "../../schemas/artifact.ts";
import { buildPlugin } from "../../worker/build/build-plugin.ts";
import { memoryFiles } from "../../worker/build/memory-files.ts";
import { mapStack } from "../../worker/execute/map-stack.ts";
import { parseSourceMap, type SourceMap } from "../../worker/execute/parse-source-map.ts";

const MANIFEST = `manifest_version = 1
name = "stacks"
version = "1.0.0"
main = "main.ts"
events = ["onSubmit"]
`;
const MAIN = `import { PluginCore } from "kili-edge/sdk";
import { deep } from "./deep.ts";

interface Wanted { readonly kind: string }

const later = async (fail: () => void): Promise<void> => {
  await null;
  fail();
};

export default class Stacks extends PluginCore {
  async onSubmit(given: unknown): Promise<void> {
    const { kind } = given as Wanted;
    if (kind === "nested") deep(3, "no");
    if (kind === "async") await later(() => deep(0, "async"));
    if (kind === "lines") deep(0, "first\\n    at noon (plugin.js:1:1)\\nat the end\\nlast");
    if (kind === "looks") deep(0, "first\\n    at noon");
    if (kind === "callback") [1].forEach(() => deep(0, "callback"));
  }
}
`;
const DEEP = `export function deep(level: number, message: string): void {
  for (let i = 0; i < 1; i++) {
    if (level === 0) throw new Error(message);
    deep(level - 1, message);
  }
}
`;

let folder = "";
let artifact: Artifact;
let map: SourceMap | null = null;

beforeAll(async () => {
  const files = new Map([
    ["stacks/main.ts", MAIN],
    ["stacks/deep.ts", DEEP],
  ]);
  const built = await buildPlugin({
    build,
    root: "/",
    folder: "stacks",
    manifest: MANIFEST,
    files: memoryFiles(files, "/"),
  });
  if (built.status === "failed") throw new Error(built.problems.map(({ message }) => message).join("\n"));
  artifact = built.artifact;
  map = parseSourceMap(artifact.sourceMap);
  folder = await mkdtemp(join(tmpdir(), "kili-edge-stacks-"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "meter.js"), "export const refill = () => 1e9; export const onDrain = () => {};");
  await writeFile(join(folder, "sdk.js"), "export class PluginCore {}");
  await writeFile(join(folder, "plugin.js"), artifact.code.replace('"kili-edge/sdk"', '"./sdk.js"'));
});

afterAll(() => rm(folder, { recursive: true }));

/** The stack V8 writes for one of the plugin's ways to fail. */
async function stackOf(kind: string): Promise<string> {
  const url = pathToFileURL(join(folder, "plugin.js")).href;
  const { default: Stacks } = (await import(/* @vite-ignore */ url)) as {
    default: new () => { onSubmit: (given: unknown) => Promise<void> };
  };
  try {
    await new Stacks().onSubmit({ kind });
  } catch (error) {
    return String((error as Error).stack).replaceAll(`file://${folder}/`, "");
  }
  throw new Error(`"${kind}" did not fail`);
}

/** Line and column of the given words in a file, as frames have them. */
function placeOf(file: "main.ts" | "deep.ts", words: string): string {
  const lines = (file === "main.ts" ? MAIN : DEEP).split("\n");
  const row = lines.findIndex((line) => line.includes(words));
  return `stacks/${file}:${row + 1}:${(lines[row]?.indexOf(words) ?? 0) + 1}`;
}

const ONE_PLACE = parseSourceMap('{"version":3,"sources":["main.ts"],"names":[],"mappings":"AAAA"}');

describe("mapStack", () => {
  test("every frame of the author's, innermost first", async () => {
    const { text, where } = mapStack(await stackOf("nested"), map);
    const [head, ...frames] = text.split("\n");
    expect(head).toBe("Error: no");
    expect(frames).toEqual([
      `    at deep (${placeOf("deep.ts", "new Error")})`,
      ...Array<string>(3).fill(`    at deep (${placeOf("deep.ts", "deep(level - 1")})`),
      `    at Stacks.onSubmit (${placeOf("main.ts", 'deep(3, "no")')})`,
    ]);
    expect(where).toMatchObject({ file: "stacks/deep.ts", line: 3 });
  });

  test("frames across an await", async () => {
    const { text } = mapStack(await stackOf("async"), map);
    expect(text).toContain(`    at deep (${placeOf("deep.ts", "new Error")})`);
    expect(text).toContain(`Stacks.onSubmit (${placeOf("main.ts", "await later(")})`);
  });

  test("frames in callbacks, and none of the platform's own", async () => {
    const { text } = mapStack(await stackOf("callback"), map);
    expect(text).toContain(placeOf("main.ts", 'deep(0, "callback")'));
    expect(text).not.toContain("Array.forEach");
    expect(text).not.toMatch(/plugin\.js|node:|map-stack/);
  });

  test("a message of several lines is left as it is, whatever its lines look like", async () => {
    const { text, where } = mapStack(await stackOf("lines"), map);
    expect(text.split("\n").slice(0, 5)).toEqual([
      ...["Error: first", "    at noon (plugin.js:1:1)", "at the end", "last"],
      `    at deep (${placeOf("deep.ts", "new Error")})`,
    ]);
    expect(where).toMatchObject({ file: "stacks/deep.ts", line: 3 });
  });

  test("a message that ends like a frame does not hide the frames after it", async () => {
    const { text, where } = mapStack(await stackOf("looks"), map);
    expect(text).toContain("Error: first\n");
    expect(text).toContain(`    at deep (${placeOf("deep.ts", "new Error")})`);
    expect(where).toMatchObject({ file: "stacks/deep.ts", line: 3 });
  });

  test.each([
    "    at plugin.js:L:C",
    "    at async plugin.js:L:C",
    "    at f (plugin.js:L:C)",
    "    at async f (plugin.js:L:C)",
  ])("%s is led back", (form) => {
    const { where } = mapStack(`Error: no\n${form.replace("L:C", "1:1")}`, ONE_PLACE);
    expect(where).toEqual({ file: "main.ts", line: 1, column: 1 });
  });

  test.each(["0:1", "1:0", "0:0", "2:1", "999999999:999999999", `${"9".repeat(400)}:1`])(
    "a frame at %s leads nowhere, and does no harm",
    (place) => {
      const text = "Error: no";
      expect(mapStack(`${text}\n    at f (plugin.js:${place})`, ONE_PLACE)).toEqual({ text, where: null });
    },
  );

  test("a map that is not there costs the frames, not the message", () => {
    expect(mapStack("TypeError: no\n    at f (plugin.js:1:1)", null)).toEqual({ text: "TypeError: no", where: null });
  });

  test("what is no stack at all is left as it is", () => {
    for (const text of ["", "no", "\n\n", " at x"]) expect(mapStack(text, map)).toEqual({ text, where: null });
  });
});
