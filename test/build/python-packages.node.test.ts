// The packages of an uploaded Python plugin, where no index can be asked.
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { buildArchive } from "../../worker/build/build-archive.ts";
import { parseRequirements } from "../../worker/build/parse-requirements.ts";
import {
  MAX_BUILD_PROBLEMS,
  MAX_PYTHON_HEAP_BYTES,
  MAX_PYTHON_LIBRARY_BYTES,
  MAX_PYTHON_PACKAGE_CHARS,
  MAX_REQUIREMENTS_CHARS,
  MAX_REQUIREMENTS_LINES,
} from "../../worker/limits.ts";
import { tinyLibrary } from "../python/tiny-library.ts";
import { zip, type ZipFiles } from "../zip.ts";

const MAIN = "class PluginHandler:\n    def on_submit(self, label, asset_id): pass\n";

const MEMORY = [1, 4, 0, 0, 0, 0];
/** The largest number. */
const HUGE = [0xff, 0xff, 0xff, 0xff, 0x0f];
/** Where the first section of the tiny library ends. */
const AFTER_DYLINK = 10 + (tinyLibrary()[9] ?? 0);

function section(id: number, content: readonly number[]): number[] {
  return [id, ...lengthOf(content.length), ...content];
}

function lengthOf(bytes: number): number[] {
  return [(bytes & 0x7f) | 0x80, ((bytes >> 7) & 0x7f) | 0x80, ((bytes >> 14) & 0x7f) | 0x80, bytes >> 21];
}

function text(ascii: string): number[] {
  return [ascii.length, ...new TextEncoder().encode(ascii)];
}

async function built(files: ZipFiles) {
  const archive = await zip({ "main.py": MAIN, ...files });
  return buildArchive({ archive, build, pluginName: "p", handlerTypes: ["onSubmit"], eventMatcher: [] });
}

describe("an uploaded plugin's packages", () => {
  it("come with it, apart from its own files, and say nothing about its permissions", async () => {
    const result = await built({
      "requirements.txt": "Tally\n",
      "python_packages/tally/__init__.py": "kili.delete_labels(['x'])\n",
      "python_packages/tally-1.0.dist-info/METADATA": "Name: tally\n",
    });
    if (result.status === "failed") throw new Error(JSON.stringify(result.problems));
    const { files, packages } = JSON.parse(result.artifact.code) as Record<string, Record<string, string>>;
    expect(Object.keys(files ?? {})).toEqual(["main.py"]);
    expect(Object.keys(packages ?? {}).sort()).toEqual(["tally-1.0.dist-info/METADATA", "tally/__init__.py"]);
    expect(result.artifact.manifest.permissions.kili).toEqual([]);
  });

  it("are not asked for where the host has them, or the plugin a copy", async () => {
    const requirements = "kili>=2.0\nrequests==2.32.0\nkili_events\nMy.Rules\n";
    expect((await built({ "requirements.txt": requirements, "my_rules/__init__.py": "" })).status).toBe("built");
  });

  it("that did not come are shown at their lines, with what to do", async () => {
    const result = await built({ "requirements.txt": "# ours\nrequests\nhumanize ~= 4.9 # for sizes\nnumpy\n" });
    const problems = result.status === "failed" ? result.problems : [];
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(["requirements.txt:3", "requirements.txt:4"]);
    expect(problems[0]?.message).toBe(
      `Cannot install "humanize": found no way to a package index from the host, wanted its files in the upload: "python3 -m pip install --target python_packages --only-binary :all: --python-version 3.14 --implementation cp --abi cp314 --platform pyemscripten_2026_0_wasm32 --platform emscripten_5_0_3_wasm32 'humanize ~= 4.9'" in the plugin's folder, or upload it with "kili-edge push"`,
    );
  });

  it("that are all wrong are as many problems as are shown", async () => {
    for (const line of ["-e .\n", "humanize\n"]) {
      const result = await built({ "requirements.txt": line.repeat(MAX_REQUIREMENTS_LINES - 1) });
      expect(result.status === "failed" && result.problems).toHaveLength(MAX_BUILD_PROBLEMS);
    }
  });

  it("bring their compiled code", async () => {
    const library = tinyLibrary();
    const files = { "python_packages/tiny/__init__.py": "", "python_packages/tiny/_tiny.abi3.so": library };
    const result = await built({ ...files, "helper.so": "no package's" });
    if (result.status === "failed") throw new Error(JSON.stringify(result.problems));
    const { packages, libraries } = JSON.parse(result.artifact.code) as Record<string, Record<string, string>>;
    expect(packages).toEqual({ "tiny/__init__.py": "" });
    expect(libraries).toEqual({ "tiny/_tiny.abi3.so": Buffer.from(library).toString("base64") });
  });

  it.each([
    ["fast.cpython-314-x86_64-linux-gnu.so", "\x7fELF\x02\x01", "machine code for Linux"],
    ["fast.libs/libfast-1a2b.so.3.1", "\x7fELF\x02\x01", "machine code for Linux"],
    ["fast.cpython-314-darwin.so", "\xcf\xfa\xed\xfe", "machine code for macOS"],
    ["fast.abi3.so", "\xca\xfe\xba\xbe", "machine code for macOS"],
    ["fast.cp314-win_amd64.pyd", "MZ\x90", "machine code for Windows"],
    ["fast.so", "\0asm\x01\0\0\0\x01", "WebAssembly that is no library"],
    ["fast.so", "", "something else"],
    ["fast.cpython-313-wasm32-emscripten.so", null, "WebAssembly for CPython 313"],
  ])("that are for another machine are shown by their file: %s", async (name, start, found) => {
    const library = start === null ? tinyLibrary() : Uint8Array.from(start, (char) => char.charCodeAt(0));
    const result = await built({ "python_packages/fast.py": "", [`python_packages/${name}`]: library });
    expect(result.status === "failed" && result.problems).toEqual([
      {
        ...{ file: `python_packages/${name}`, line: null, column: null, frame: null },
        message: `Cannot load "${name}": found ${found}, wanted WebAssembly for the Python that plugins run in: empty python_packages and fill it by "python3 -m pip install --target python_packages --only-binary :all: --python-version 3.14 --implementation cp --abi cp314 --platform pyemscripten_2026_0_wasm32 --platform emscripten_5_0_3_wasm32 -r requirements.txt", or delete the file if its package does without`,
      },
    ]);
  });

  it.each([
    [section(5, [1, 0, 1]), [], "a memory of its own, wanted Python's to be used"],
    [section(4, [1, 0x70, 0, 1]), [], "a table of its own, wanted Python's to be used"],
    [[10, 100, 1], [], "section 2 that is longer than the file, wanted the whole file"],
    [section(0, [...text("dylink.0"), 1, 4, 0, 0, 0, 0]), [], "dylink.0 as section 2, wanted it once, as the first"],
    [[], [], "part 0 as number 1 of dylink.0, wanted what it needs of memory (1) once, as the first"],
    [[], [5, 1, 0], "part 5 as number 1 of dylink.0, wanted what it needs of memory (1) once, as the first"],
    [
      [],
      [...MEMORY, ...MEMORY],
      "part 1 as number 2 of dylink.0, wanted what it needs of memory (1) once, as the first",
    ],
    [[], [1, 8, ...HUGE, 0, 0, 0], `4294967295 bytes of data, wanted at most ${MAX_PYTHON_HEAP_BYTES}`],
    [[], [1, 4, 0, 40, 0, 0], "data aligned to 2^40 bytes, wanted at most 2^12"],
    [[], [1, 7, 0, 0, 0xc0, 0xa8, 0xa5, 4, 0], "9000000 places in the table of functions, wanted at most 100000"],
    [[], [1, 5, 0, 0, 0, 0, 0], "part 1 of dylink.0 with a wrong length, wanted it to hold what it counts"],
    [[], [1, 9, 0, 0, 0, 0], "part 1 of dylink.0 with a wrong length, wanted it to hold what it counts"],
    [[], [...MEMORY, 2, 5, ...HUGE], "part 2 of dylink.0 with a wrong length, wanted it to hold what it counts"],
    [[], [...MEMORY, 4, 5, ...HUGE], "part 4 of dylink.0 with a wrong length, wanted it to hold what it counts"],
    [[], [...MEMORY, 2, 3, 1, 1, 0x61], `the need of "a", wanted libraries, whose names end in ".so"`],
    [[], Array<number>(70_000).fill(0), "70000 bytes in dylink.0, wanted at most 65536"],
  ])("that ask the linker for what no plugin may have are shown by their file: %#", async (more, linking, found) => {
    const own = [0, ...text("asm").slice(1), 1, 0, 0, 0, ...section(0, [...text("dylink.0"), ...linking])];
    const library = Uint8Array.from(more.length > 0 ? [...tinyLibrary().subarray(0, AFTER_DYLINK), ...more] : own);
    const result = await built({ "python_packages/a/fast.so": library });
    expect(result.status === "failed" && result.problems).toEqual([
      {
        ...{ file: "python_packages/a/fast.so", line: null, column: null, frame: null },
        message: `Cannot load "a/fast.so": found ${found}`,
      },
    ]);
  });

  it("have no more compiled code than that", async () => {
    const bytes = MAX_PYTHON_LIBRARY_BYTES / 2;
    const padded = [...tinyLibrary(), 0, ...lengthOf(bytes)];
    const library = new Uint8Array(padded.length + bytes);
    library.set(padded);
    const files = { "python_packages/a.so": library, "python_packages/b.so": library };
    const archive = await zip({ "main.py": MAIN, ...files }, 0);
    const result = await buildArchive({
      archive,
      build,
      pluginName: "p",
      handlerTypes: ["onSubmit"],
      eventMatcher: [],
    });
    expect(result.status === "failed" && result.problems[0]?.message).toBe(
      `Cannot take the plugin's packages: found ${2 * library.length} bytes of compiled code, wanted at most ${MAX_PYTHON_LIBRARY_BYTES}`,
    );
  });

  it("have a size", async () => {
    const text = "# a line that is long enough to be packed well\n".repeat(MAX_PYTHON_PACKAGE_CHARS / 40);
    const files = Object.fromEntries(
      Array.from({ length: 16 }, (_, n) => [`python_packages/a${n}.py`, text.slice(0, 400_000)]),
    );
    const result = await built(files);
    expect(result.status === "failed" && result.problems[0]?.message).toBe(
      `Cannot take the plugin's packages: found 6400000 characters in their files, wanted at most ${MAX_PYTHON_PACKAGE_CHARS}`,
    );
  });
});

describe("parseRequirements", () => {
  it("reads names with versions, extras and markers", () => {
    const text = `A_b.c\nd[x, y]>=1,<2.0 # why\ne (==1.*)\nf!=1.0;python_version < "3.9"\n`;
    const parsed = parseRequirements(text);
    expect(parsed.ok && parsed.value.map(({ name, line }) => [name, line])).toEqual([
      ["a-b-c", 1],
      ["d", 2],
      ["e", 3],
      ["f", 4],
    ]);
  });

  it.each([
    "-e .",
    "--index-url https://example.com",
    "../x",
    "https://example.com/x.whl",
    "a @ file:///etc",
    "a; ${SECRET}",
    "a b",
    "a \\",
    "x".repeat(501),
    "a==1 ==2",
    "a>=1,,<2",
    "a (==1",
    "a==1; \u0000",
    "a==1; caf\u00e9",
  ])("takes nothing else: %s", (line) => {
    expect(parseRequirements(line)).toMatchObject({ failure: [{ line: 1 }] });
  });

  // A pattern that can read a line in two ways tries them all: these would take longer than anybody waits.
  it.each([
    `a${"==1!".repeat(20)}`,
    `a${"=!".repeat(60)}`,
    `a==${"!".repeat(100)};$`,
    `a${" ".repeat(490)}?`,
    `${"a.".repeat(240)}?`,
    `a[${" ,".repeat(240)}`,
  ])("reads in one way what is meant to be read in many", (line) => {
    expect(parseRequirements(`${line}\n`.repeat(50))).toMatchObject({ failure: { length: MAX_BUILD_PROBLEMS } });
  });

  it("bounds the file, and what is said of it", () => {
    expect(parseRequirements("#".repeat(MAX_REQUIREMENTS_CHARS + 1))).toEqual({
      ok: false,
      failure: [
        {
          line: 1,
          message: `Cannot read requirements: found ${MAX_REQUIREMENTS_CHARS + 1} characters, wanted at most ${MAX_REQUIREMENTS_CHARS}`,
        },
      ],
    });
    expect(parseRequirements("\n".repeat(MAX_REQUIREMENTS_LINES))).toEqual({
      ok: false,
      failure: [
        {
          line: 1,
          message: `Cannot read requirements: found ${MAX_REQUIREMENTS_LINES + 1} lines, wanted at most ${MAX_REQUIREMENTS_LINES}`,
        },
      ],
    });
    expect(parseRequirements("-e .\n".repeat(MAX_BUILD_PROBLEMS + 5))).toMatchObject({
      failure: { length: MAX_BUILD_PROBLEMS },
    });
    expect(parseRequirements(`# ${"long ".repeat(200)}\na # ${"long ".repeat(200)}\n`)).toMatchObject({
      value: [{ name: "a", line: 2, text: "a" }],
    });
  });
});
