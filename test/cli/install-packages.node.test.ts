// What becomes of a requirements.txt: wheels that the test makes are installed by the machine's pip, locked and packed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packPlugin } from "../../cli/api/pack-plugin.ts";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { checkPlugins } from "../../cli/build/check-plugins.ts";
import { installPackages } from "../../cli/build/install-packages.ts";
import { buildArchive } from "../../worker/build/build-archive.ts";
import { readArchive } from "../../worker/build/read-archive.ts";
import { tinyLibrary } from "../python/tiny-library.ts";
import { zip, type ZipFiles } from "../zip.ts";

// CI has pip; where there is none, these tests are shown as skipped.
const pip = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;

let folder: string;
let before: typeof process.env;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kili-edge-packages-"));
  before = process.env;
  process.env = { ...before, PIP_NO_INDEX: "1", PIP_FIND_LINKS: join(folder, "wheels"), PIP_CONFIG_FILE: "/dev/null" };
  await wheel(
    "tally",
    "1.2.0",
    "py3-none-any",
    { "tally/__init__.py": "import abacus\n", "tally/words.txt": "one" },
    "Requires-Dist: abacus\n",
  );
  await wheel("abacus", "0.1", "py3-none-any", { "abacus.py": "BEADS = 10\n" });
  await wheel("fast", "3.0", "cp311-cp311-manylinux_2_17_x86_64", { "fast.so": "" });
  await wheel("slow", "1.0", "py3-none-any", { "slow.py": "" }, "Requires-Dist: fast\n");
});
afterEach(async () => {
  process.env = before;
  await rm(folder, { recursive: true });
});

describe.skipIf(!pip)("a plugin's requirements", () => {
  it("are installed with what they need, locked, and packed for a host that has no index", async () => {
    await pluginWith("# what we count with\ntally>=1 # the newest\nkili==26.1\nrequests\n");
    const looked = await buildPluginFolder(join(folder, "plugin"), { keepsLock: false });
    expect([looked.status, await readdir(join(folder, "plugin"))]).toEqual([
      "built",
      ["main.py", "plugin.toml", "requirements.txt"],
    ]);
    const built = await buildPluginFolder(join(folder, "plugin"));
    if (built.status === "failed") throw new Error(JSON.stringify(built.problems));
    const { packages } = JSON.parse(built.artifact.code) as { packages: Record<string, string> };
    expect(packages).toEqual({
      "abacus.py": "BEADS = 10\n",
      "abacus-0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: abacus\nVersion: 0.1\n",
      "tally/__init__.py": "import abacus\n",
      "tally/words.txt": "one",
      "tally-1.2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tally\nVersion: 1.2.0\n",
    });
    const lock = await readFile(join(folder, "plugin", "requirements.lock"), "utf8");
    expect(lock.split("\n").slice(1)).toEqual([
      expect.stringMatching(/^abacus==0\.1 --hash=sha256:[0-9a-f]{64}$/) as string,
      expect.stringMatching(/^tally==1\.2\.0 --hash=sha256:[0-9a-f]{64}$/) as string,
      "",
    ]);

    const packed = await packPlugin(join(folder, "plugin"));
    const read = packed.ok ? await readArchive(packed.value.archive) : packed;
    expect(read.ok ? [...read.value.keys()].sort() : read).toEqual(
      [
        ...["main.py", "plugin.toml", "requirements.txt"],
        ...Object.keys(packages).map((name) => `python_packages/${name}`),
      ].sort(),
    );
  });

  it("may have compiled code for the Python that plugins run in, which goes the same way", async () => {
    const library = tinyLibrary();
    const file = "tiny/_tiny.cpython-314-wasm32-emscripten.so";
    const elf = "\x7fELF";
    const others = { "tiny/tests/__init__.py": "", "tiny/attach_linux_amd64.so": elf, "tiny/win.pyd": "MZ" };
    const files = { "tiny/__init__.py": "", [file]: library, ...others };
    await wheel("tiny", "2.0", "cp314-cp314-pyemscripten_2026_0_wasm32", files);
    await wheel("tiny", "2.1", "cp314-cp314-manylinux_2_17_x86_64", { "tiny.so": "" });
    await wheel("tiny", "2.2", "cp313-cp313-pyemscripten_2025_0_wasm32", files);
    await wheel("small", "1.0", "cp312-abi3-emscripten_5_0_3_wasm32", { "small.abi3.so": library });
    await pluginWith("tiny\nsmall\n", "");
    const packed = await packPlugin(join(folder, "plugin"));
    if (!packed.ok) throw new Error(JSON.stringify(packed.failure));
    const lock = await readFile(join(folder, "plugin", "requirements.lock"), "utf8");
    expect(lock).toMatch(/\nsmall==1\.0 --hash=sha256:\S+\ntiny==2\.0 --hash=sha256:\S+\n$/);
    const said = { archive: packed.value.archive, build, pluginName: "p", handlerTypes: [], eventMatcher: [] };
    const here = await buildPluginFolder(join(folder, "plugin"));
    const uploaded = await buildArchive(said);
    for (const result of [here, uploaded]) {
      if (result.status === "failed") throw new Error(JSON.stringify(result.problems));
      const { packages, libraries } = JSON.parse(result.artifact.code) as Record<string, Record<string, string>>;
      expect(Object.keys(packages ?? {}).sort()).toEqual([
        "small-1.0.dist-info/METADATA",
        "tiny-2.0.dist-info/METADATA",
        "tiny/__init__.py",
      ]);
      const text = Buffer.from(library).toString("base64");
      expect(libraries).toEqual({ "small.abi3.so": text, [file]: text });
    }
  });

  it("come whole where somebody brought them, with what only looks like a package's tests", async () => {
    await pluginWith("", "");
    const brought = join(folder, "plugin", "python_packages", "odd", "tests");
    await mkdir(brought, { recursive: true });
    await writeFile(join(brought, "part.py"), "");
    const packed = await packPlugin(join(folder, "plugin"));
    const read = packed.ok ? await readArchive(packed.value.archive) : packed;
    expect(read.ok ? [...read.value.keys()] : read).toContain("python_packages/odd/tests/part.py");
  });

  it("have their conditions answered for the Python that plugins run in", async () => {
    const more = `Requires-Dist: abacus ; sys_platform == "emscripten"\nRequires-Dist: fast ; platform_machine != "wasm32"\n`;
    await wheel("choosy", "1.0", "py3-none-any", { "choosy.py": "" }, more);
    await pluginWith('choosy ; python_version == "3.14"\nabsent ; platform_system == "Linux"\n', "");
    expect(await problemsOf()).toEqual([]);
    const lock = await readFile(join(folder, "plugin", "requirements.lock"), "utf8");
    expect(lock).toMatch(/\nabacus==0\.1 --hash=sha256:\S+\nchoosy==1\.0 --hash=sha256:\S+\n$/);
  });

  it("are what the lock says: the same without pip, and not at all where a wheel has changed", async () => {
    const install = (cache: string, env = process.env) =>
      installPackages([{ name: "abacus", line: 1, text: "abacus" }], {
        folder,
        cache: join(folder, cache),
        env,
        keepsLock: true,
      });
    expect((await install("one")).ok).toBe(true);
    await wheel("abacus", "0.2", "py3-none-any", { "abacus.py": "BEADS = 20\n" });
    const again = await install("one", { PATH: "/nowhere" });
    expect(again.ok && again.value.texts.get("abacus.py")).toBe("BEADS = 10\n");
    const elsewhere = await install("two");
    expect(elsewhere.ok && elsewhere.value.texts.get("abacus.py")).toBe("BEADS = 10\n");
    await wheel("abacus", "0.1", "py3-none-any", { "abacus.py": "BEADS = 'stolen'\n" });
    expect(await install("three")).toMatchObject({
      failure: { message: expect.stringMatching(/DO NOT MATCH THE HASHES/) as string },
    });
    expect(await install("four", { PATH: "/nowhere" })).toMatchObject({
      failure: { message: expect.stringMatching(/^Cannot install packages: found no pip/) as string },
    });
  });

  it("name versions that there are whole", async () => {
    for (let minor = 100; minor < 160; minor += 1) await wheel("many", `1.${minor}`, "py3-none-any", { "many.py": "" });
    await pluginWith("many==9\n");
    const [problem] = await problemsOf();
    expect(problem?.message).toMatch(/found no version that fits, but (1\.1\d\d, )+1\.159, wanted/);
  });

  it("whose conditions leave nothing are no requirements of the host's", async () => {
    await pluginWith('abacus==0.1 ; python_version < "3"\n', "");
    const packed = await packPlugin(join(folder, "plugin"));
    if (!packed.ok) throw new Error(JSON.stringify(packed.failure));
    const said = { archive: packed.value.archive, build, pluginName: "p", handlerTypes: [], eventMatcher: [] };
    expect(await buildArchive(said)).toMatchObject({ status: "built" });
  });

  it("are not taken from a lock that says more than versions", async () => {
    await pluginWith("abacus\n", "");
    await buildPluginFolder(join(folder, "plugin"));
    const lock = await readFile(join(folder, "plugin", "requirements.lock"), "utf8");
    await write("evil/backend.py", `open(${JSON.stringify(join(folder, "ran"))}, "w")\n`);
    await write(
      "evil/pyproject.toml",
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    );
    spawnSync("tar", ["-czf", join(folder, "evil.tar.gz"), "-C", folder, "evil"]);
    const archive = await readFile(join(folder, "evil.tar.gz"));
    const hash = `--hash=sha256:${createHash("sha256").update(archive).digest("hex")}`;
    for (const line of [
      `evil @ file://${folder}/evil.tar.gz ${hash}`,
      `${folder}/evil.tar.gz ${hash}`,
      `-rother.txt==1 ${hash}`,
      "--index-url https://example.com",
      "abacus==0.1",
      `abacus==0.1 ${hash} --no-binary :all:`,
      "",
    ]) {
      await write("plugin/requirements.lock", `${lock}${line}\n${line}\n`);
      expect(await problemsOf()).toEqual([
        expect.objectContaining({
          file: expect.stringMatching(/requirements\.lock$/) as string,
          line: 3,
          message: expect.stringMatching(/^Cannot read requirements\.lock: found ".*", wanted a name with/) as string,
        }),
      ]);
    }
    expect(await readdir(folder)).not.toContain("ran");
  });

  it("are locked through no link, and looked at without leaving anything", async () => {
    await pluginWith("abacus\n", "");
    await write("precious", "mine");
    await symlink(join(folder, "precious"), join(folder, "plugin", "requirements.lock"));
    expect(await problemsOf()).toEqual([
      expect.objectContaining({
        line: null,
        message: expect.stringMatching(/^Cannot read requirements\.lock: found something else than a file/) as string,
      }),
    ]);
    expect(await readFile(join(folder, "precious"), "utf8")).toBe("mine");
    await rm(join(folder, "plugin", "requirements.lock"));
    expect(await checkPlugins(folder, [join(folder, "plugin")], folder)).toMatchObject([
      { problems: [], isLocked: false },
    ]);
    expect(await readdir(join(folder, "plugin"))).toEqual(["main.py", "plugin.toml", "requirements.txt"]);

    const cache = join(folder, "cache");
    const env = { ...process.env };
    let unlocked = 0;
    const look = { folder, cache, env, onUnlocked: () => (unlocked += 1) };
    const abacus = [{ name: "abacus", line: 1, text: "abacus" }];
    const looked = await installPackages(abacus, { ...look, keepsLock: false });
    expect([looked.ok && looked.value.texts.get("abacus.py"), unlocked]).toEqual(["BEADS = 10\n", 1]);
    expect((await readdir(folder)).sort()).toEqual(["plugin", "precious", "wheels"]);
    await write("requirements.lock", "# of other requirements\n-e .\n");
    expect((await installPackages(abacus, { ...look, keepsLock: true })).ok).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["cache", "plugin", "precious", "requirements.lock", "wheels"]);
    expect(await readFile(join(folder, "requirements.lock"), "utf8")).toMatch(/^# From .*\nabacus==0\.1 --hash=\S+\n$/);
    expect((await installPackages(abacus, { ...look, keepsLock: false })).ok && unlocked).toBe(2);
  });

  it.each([
    ["fast", /^Cannot install "fast": found no such package at the package index, or no wheel of it that fits/],
    [
      "slow",
      /^Cannot install "fast" \(for "slow"\): found no such package at the package index, or no wheel of it that fits/,
    ],
    ["tally==9", /^Cannot install "tally": found no version that fits, but 1\.2\.0, wanted one of these$/],
    ["absent", /^Cannot install "absent": found no such package at the package index, or no wheel/],
    ["tally ; bogus == 1", /^Cannot read requirement: pip found .*bogus == 1.*, wanted a version and a condition/],
    ['tally ; python_version ~= "x"', /^Cannot read requirement: pip found Undefined .*, wanted a version/],
    ["-r other.txt", /^Cannot read requirement "-r other\.txt": found no plain name/],
    ["tally @ git+https://example.com/tally", /^Cannot read requirement .*: found no plain name/],
    ["./tally.whl", /^Cannot read requirement .*: found no plain name/],
  ])("that cannot be had are shown at their line: %s", async (requirement, message) => {
    await pluginWith(`abacus\n\n${requirement}\n`);
    const built = await buildPluginFolder(join(folder, "plugin"));
    expect(built.status === "failed" && built.problems).toEqual([
      expect.objectContaining({ line: 3, message: expect.stringMatching(message) as string }),
    ]);
    expect(built.status === "failed" && built.problems[0]?.file).toMatch(/requirements\.txt$/);
  });
});

// Asks the index of whoever runs the tests; shown as skipped where there is none, which CI has.
const DRY = [
  "install",
  "--dry-run",
  "--quiet",
  "--ignore-installed",
  "--no-deps",
  "--retries",
  "0",
  "humanize==4.12.3",
];
const index =
  pip &&
  (process.env["CI"] !== undefined || spawnSync("python3", ["-m", "pip", ...DRY], { timeout: 30_000 }).status === 0);

describe.skipIf(!index)("a real package index", () => {
  it("has pure packages for the Python that plugins run in, and numpy for none", async () => {
    const env = { ...before };
    const requirement = { name: "humanize", line: 1, text: "humanize==4.12.3" };
    const installed = await installPackages([requirement], {
      folder,
      cache: join(folder, "cache"),
      env,
      keepsLock: true,
    });
    expect(installed.ok && installed.value.texts.get("humanize/__init__.py")).toContain("naturalsize");
    const numpy = { name: "numpy", line: 1, text: "numpy" };
    expect(
      await installPackages([numpy], { folder, cache: join(folder, "cache"), env, keepsLock: true }),
    ).toMatchObject({
      failure: {
        name: "numpy",
        message: expect.stringContaining(
          `or one compiled for the Python that plugins run in ("cp314-cp314-pyemscripten_2026_0_wasm32")`,
        ) as string,
      },
    });
  }, 60_000);
});

async function problemsOf() {
  const built = await buildPluginFolder(join(folder, "plugin"));
  return built.status === "failed" ? built.problems : [];
}

async function pluginWith(requirements: string, imports = "import tally\n"): Promise<void> {
  const files = {
    "plugin.toml": `manifest_version = 1\nname = "p"\nversion = "1.0.0"\nmain = "main.py"\nevents = ["onSubmit"]\n`,
    "main.py": `${imports}\n\nclass PluginHandler:\n    def on_submit(self, label, asset_id): pass\n`,
    "requirements.txt": requirements,
  };
  for (const [name, text] of Object.entries(files)) await write(join("plugin", name), text);
}

async function wheel(name: string, version: string, tag: string, files: ZipFiles, more = ""): Promise<void> {
  const info = `${name}-${version}.dist-info`;
  const all: ZipFiles = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${more}\nRead me.\n`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
  };
  const record = [...Object.keys(all), `${info}/RECORD`].map((file) => `${file},,\n`).join("");
  await write(join("wheels", `${name}-${version}-${tag}.whl`), await zip({ ...all, [`${info}/RECORD`]: record }));
}

async function write(name: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}
