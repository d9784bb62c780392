// Archives from strangers: a corpus of hostile ones, each refused for its own reason, and properties of all of them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeArchiveFailure, type ArchiveFailure } from "../../worker/build/archive-failure.ts";
import { readArchive } from "../../worker/build/read-archive.ts";
import { MAX_ARCHIVE_ENTRIES, MAX_ARCHIVE_FILE_BYTES } from "../../worker/limits.ts";
import { zip } from "../zip.ts";
import { rawZip, type RawEntry } from "./raw-zip.ts";

const MAIN = { name: "main.ts", content: "export {};" };
const SYMLINK = 0o120777 * 0x1_0000;
const DEVICE = 0o060644 * 0x1_0000;

async function failureOf(archive: Uint8Array<ArrayBuffer>): Promise<ArchiveFailure | null> {
  const read = await readArchive(archive);
  return read.ok ? null : read.failure;
}

async function textsOf(archive: Uint8Array<ArrayBuffer>): Promise<Record<string, string> | ArchiveFailure> {
  const read = await readArchive(archive);
  if (!read.ok) return read.failure;
  return Object.fromEntries([...read.value].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));
}

describe("readArchive reads", () => {
  it("stored and deflated files, folders, and names in any script", async () => {
    const archive = rawZip([
      { name: "lib/", externalAttributes: 0o040755 * 0x1_0000 + 0x10 },
      { name: "lib/a.ts", content: "a".repeat(5_000), deflated: true },
      { name: "main.ts", content: "m", externalAttributes: 0o100644 * 0x1_0000 },
      { name: "naïve/日本.ts", content: "é" },
      { name: "ascii.ts", content: "", flags: 0 },
    ]);
    expect(await textsOf(archive)).toEqual({
      "lib/a.ts": "a".repeat(5_000),
      "main.ts": "m",
      "naïve/日本.ts": "é",
      "ascii.ts": "",
    });
  });

  it("what Python's zipfile writes, which Kili's SDK uses", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "kili-edge-zip-")), "archive.zip");
    const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    archive.writestr("main.py", "class PluginHandler: pass")
    archive.writestr("pkg/é.py", "x = 1")
    archive.writestr(zipfile.ZipInfo("requirements.txt"), "numpy")`;
    const written = spawnSync("python3", ["-c", script, file], { encoding: "utf8" });
    expect(written.stderr).toBe("");
    expect(await textsOf(new Uint8Array(readFileSync(file)))).toEqual({
      "main.py": "class PluginHandler: pass",
      "pkg/é.py": "x = 1",
      "requirements.txt": "numpy",
    });
  });

  it("an archive of nothing", async () => {
    expect(await textsOf(rawZip([]))).toEqual({});
  });
});

describe("readArchive refuses", () => {
  it.each<[what: string, name: string]>([
    ["a way up", "../main.ts"],
    ["a way up in the middle", "lib/../../main.ts"],
    ["a way to itself", "lib/./main.ts"],
    ["an absolute path", "/etc/passwd"],
    ["two slashes", "lib//main.ts"],
    ["a drive", "C:main.ts"],
    ["a drive and a way", "C:/main.ts"],
    ["a hidden stream", "main.ts:hidden"],
    ["Windows's own way up", "..\\main.ts"],
    ["Windows's own folder", "lib\\main.ts"],
    ["a zero", "main.ts\0.png"],
    ["a line", "main\n.ts"],
    ["an escape", "main\u001b[31m.ts"],
    ["text turned around", "main\u202Est.ts"],
    ["an invisible character", "ma\u200Bin.ts"],
    ["a dot at its end", "main.ts."],
    ["a space at its end", "lib /main.ts"],
    ["no name", ""],
    ["nothing but a slash", "/"],
    ["a name without end", `${"a".repeat(300)}.ts`],
  ])("%s", async (_, name) => {
    const failure = await failureOf(rawZip([MAIN, { name, content: "x" }]));
    expect(failure?.reason).toMatch(/^(?:bad_name|not_a_file)$/);
  });

  it.each<[what: string, entries: RawEntry[], reason: ArchiveFailure["reason"]]>([
    ["the same name twice", [MAIN, MAIN], "not_a_zip"],
    ["the same name in capitals", [MAIN, { name: "Main.TS" }], "name_taken"],
    ["the same folder in capitals", [{ name: "lib/a.ts" }, { name: "LIB/b.ts" }], "name_taken"],
    ["the same name with its accent apart", [{ name: "\u00e9.ts" }, { name: "e\u0301.ts" }], "name_taken"],
    ["the same name in wide letters", [{ name: "main.ts" }, { name: "\uff4dain.ts" }], "name_taken"],
    ["the same name with a ligature", [{ name: "file.ts" }, { name: "\ufb01le.ts" }], "name_taken"],
    ["the same name with a sharp s", [{ name: "stra\u00dfe.ts" }, { name: "STRASSE.ts" }], "name_taken"],
    ["the same name in Kelvin", [{ name: "k.ts" }, { name: "\u212a.ts" }], "name_taken"],
    ["a file that is a folder too", [{ name: "lib" }, { name: "lib/a.ts" }], "name_taken"],
    ["a folder that is a file too", [{ name: "lib/a.ts" }, { name: "lib" }], "name_taken"],
    ["a folder named twice", [{ name: "lib/" }, { name: "lib/" }], "not_a_zip"],
    ["a link", [{ name: "main.ts", content: "/etc/passwd", externalAttributes: SYMLINK }], "not_a_file"],
    ["a link to a folder", [{ name: "lib/", content: "..", externalAttributes: SYMLINK }], "not_a_file"],
    ["a device", [{ name: "main.ts", externalAttributes: DEVICE }], "not_a_file"],
    ["a folder with content", [{ name: "lib/", content: "x" }], "not_a_file"],
    ["an encrypted file", [{ ...MAIN, flags: 0x801 }], "encrypted"],
    ["another compression", [{ ...MAIN, method: 12 }], "bad_method"],
    ["a name that is not UTF-8", [{ name: Uint8Array.of(0xc3, 0x28), flags: 0x800 }], "bad_name"],
    ["a name in an encoding nobody knows", [{ name: "é.ts", flags: 0 }], "bad_name"],
    ["a file larger than it says", [{ ...MAIN, declaredSize: 3 }], "bad_entry"],
    [
      "a bomb that says it is small",
      [{ name: "a", content: "0".repeat(1e6), deflated: true, declaredSize: 10 }],
      "bad_entry",
    ],
    ["a file smaller than it says", [{ ...MAIN, declaredSize: 300 }], "bad_entry"],
    ["other content than its sum says", [{ ...MAIN, declaredCrc: 1 }], "bad_entry"],
    ["another name in the file's own header", [{ ...MAIN, localName: "evil.ts" }], "bad_entry"],
    ["two names for one file's bytes", [MAIN, { ...MAIN, name: "b.ts", at: 0, localName: "main.ts" }], "bad_entry"],
    [
      "a file that reaches into the next",
      [
        { ...MAIN, declaredPacked: 60, declaredSize: 60 },
        { name: "b.ts", content: "b" },
      ],
      "bad_entry",
    ],
    ["data out of bounds", [{ ...MAIN, declaredPacked: 1e9, declaredSize: 1e9 }], "entry_too_large"],
    ["a bomb", [{ name: "zeros", content: "0".repeat(1e6), deflated: true }], "bad_ratio"],
    [
      "a file over the cap",
      [{ name: "large", declaredSize: MAX_ARCHIVE_FILE_BYTES + 1, declaredPacked: 1e6 }],
      "entry_too_large",
    ],
    [
      "too much in all",
      Array.from({ length: 4 }, (_, n) => ({ name: `f${n}`, declaredSize: 7e6, declaredPacked: 7e6 })),
      "too_large",
    ],
    [
      "too many files",
      Array.from({ length: MAX_ARCHIVE_ENTRIES + 1 }, (_, n) => ({ name: `f${n}` })),
      "too_many_entries",
    ],
  ])("%s", async (_, entries, reason) => {
    const failure = await failureOf(rawZip(entries));
    expect(failure?.reason).toBe(reason);
  });

  it("a second spelling of a name, in the field for Unicode paths", async () => {
    const name = Buffer.from("evil.ts");
    const extra = Buffer.alloc(9 + name.length);
    extra.writeUInt16LE(0x7075, 0);
    extra.writeUInt16LE(5 + name.length, 2);
    extra.writeUInt8(1, 4);
    // The sum over the name it stands beside.
    extra.writeUInt32LE(crc32("main.ts"), 5);
    name.copy(extra, 9);
    expect((await failureOf(rawZip([{ ...MAIN, flags: 0, extra }])))?.reason).toMatch(
      /^(?:bad_name|not_a_zip|bad_entry)$/,
    );
  });

  it.each([
    ["bytes before it", rawZip([MAIN], { before: "#!/bin/sh\n" })],
    ["bytes after it", rawZip([MAIN], { after: "more" })],
    ["two archives in one", new Uint8Array([...rawZip([MAIN]), ...rawZip([{ name: "b.ts" }])])],
    ["nothing at all", new Uint8Array()],
    ["something else", new TextEncoder().encode("<html>not found</html>")],
    ["an end without a beginning", rawZip([MAIN]).slice(-22)],
    ["a beginning without an end", rawZip([MAIN]).slice(0, -22)],
  ])("%s", async (_, archive) => {
    expect((await failureOf(archive))?.reason).toBe("not_a_zip");
  });

  it("a directory that counts more entries than there are, without making room for them", async () => {
    const archive = rawZip([MAIN]);
    archive.set([0xff, 0xff, 0xff, 0xff], archive.length - 14);
    expect((await failureOf(archive))?.reason).toBe("not_a_zip");
  });

  it("in words that show a name as it is spelt, and not all of a long one", async () => {
    const failure = await failureOf(rawZip([{ name: `${"x".repeat(400)}\u001b` }]));
    const message = failure === null ? "" : describeArchiveFailure(failure);
    expect(message).toMatch(/^Cannot unpack "x{119}…": found 401 characters, wanted at most \d+$/);
  });
});

const segment = fc.stringMatching(/^[a-zà-ö0-9_-]{1,12}$/);
const path = fc
  .tuple(fc.array(segment, { maxLength: 3 }), segment, fc.constantFrom(".ts", ".json", ".py"))
  .map(([folders, name, ending]) => [...folders.map((folder) => `${folder}.d`), name + ending].join("/"));
const tree = fc.dictionary(path, fc.uint8Array({ maxLength: 3_000 }), { maxKeys: 12 });

describe("for all archives", () => {
  it("what was packed comes out, byte for byte, at either compression", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom(0, 9), async (files, level) => {
        const folded = Object.keys(files).map((name) => name.normalize("NFKC").toUpperCase());
        fc.pre(new Set(folded).size === folded.length);
        const bytes = Object.fromEntries(
          Object.entries(files).map(([name, content]) => [name, new Uint8Array(content)]),
        );
        const read = await readArchive(await zip(bytes, level));
        expect(read).toEqual({ ok: true, value: new Map(Object.entries(bytes)) });
      }),
      { numRuns: 60 },
    );
  });

  it("a damaged archive is read as it was or refused, and never throws", async () => {
    const original = await zip({ "main.ts": "let x = 1;\n".repeat(50), "lib/a.ts": "a", "b.json": "{}" });
    const truth = await textsOf(original);
    const byte = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { minLength: 1, maxLength: 6 }), async (changes) => {
        const damaged = original.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const read = await readArchive(damaged);
        if (!read.ok) {
          expect(describeArchiveFailure(read.failure)).toMatch(/^Cannot unpack/);
          return;
        }
        // Contents are under a checksum; only names, which are in two places, could have changed alike.
        for (const [name, bytes] of read.value) {
          expect(Object.values(truth)).toContain(new TextDecoder().decode(bytes));
          expect(name).not.toMatch(/(?:^|\/)\.{1,2}(?:\/|$)|\\|\0|:/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("any bytes at all are refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect((await failureOf(new Uint8Array(bytes)))?.reason).toBe("not_a_zip");
      }),
      { numRuns: 200 },
    );
  });

  it("lies in the headers never make more bytes than the caps", async () => {
    const lie = fc.record(
      {
        name: path,
        content: fc.string({ maxLength: 200 }),
        deflated: fc.boolean(),
        declaredSize: fc.nat(0xffff_ffff),
        declaredPacked: fc.nat(0xffff_ffff),
        declaredCrc: fc.nat(0xffff_ffff),
        flags: fc.nat(0xffff),
        method: fc.nat(20),
        externalAttributes: fc.nat(0xffff_ffff),
        at: fc.nat(3),
      },
      { requiredKeys: ["name", "content"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(lie, { maxLength: 5 }), async (entries) => {
        const read = await readArchive(rawZip(entries));
        if (!read.ok) return;
        for (const [name, bytes] of read.value) {
          const written = entries.filter((entry) => entry.name === name).map(({ content }) => content);
          expect(written).toContain(new TextDecoder().decode(bytes));
        }
      }),
      { numRuns: 300 },
    );
  });
});
