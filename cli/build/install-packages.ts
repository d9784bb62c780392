// Installs the packages of a plugin's requirements.txt by pip, into a cache on this machine: wheels only, so that nothing
// of them runs, and what was resolved is kept in requirements.lock, so that the next build takes the same bytes.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { ok, type Result } from "../../schemas/result.ts";
import { isLibraryFile } from "../../worker/build/is-library-file.ts";
import type { InstallFailure, PackageFiles } from "../../worker/build/language.ts";
import type { Requirement } from "../../worker/build/parse-requirements.ts";
import { isPackageFile } from "./is-package-file.ts";
import { parseLock } from "./parse-lock.ts";
import { readLock } from "./read-lock.ts";
import { readPipReport } from "./read-pip-report.ts";
import { runPip } from "./run-pip.ts";
import { writeLock } from "./write-lock.ts";

const WEBASSEMBLY = Buffer.from("\0asm");

export interface InstallOptions {
  /** The plugin's folder, for the lock. */
  readonly folder: string;
  /** A folder that keeps what was installed. */
  readonly cache: string;
  /** The process's, which may tell pip of an index. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the lock is written where it is missing or out of date, and what was installed is kept. */
  readonly keepsLock: boolean;
  /** Is told where there is no lock of these requirements. */
  readonly onUnlocked?: () => void;
}

/** The files of `requirements` and of all that they need, by their paths. */
export async function installPackages(
  requirements: readonly Requirement[],
  { folder, cache, env, keepsLock, onUnlocked }: InstallOptions,
): Promise<Result<PackageFiles, InstallFailure>> {
  const texts = requirements.map(({ text }) => text);
  const head = `# From requirements.txt ${sha256(texts.join("\n"))}. Written by kili-edge: keep it with the plugin, do not edit.`;
  const text = await readLock(folder);
  if (!text.ok) return text;
  const kept = text.value === null ? ok(null) : parseLock(text.value, head);
  if (!kept.ok) return kept;
  if (kept.value === null) onUnlocked?.();
  if (keepsLock) await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(keepsLock ? join(cache, "new-") : join(tmpdir(), "kili-edge-packages-"));
  try {
    const pinned = kept.value === null ? await resolve(texts, scratch, env) : ok(kept.value);
    if (!pinned.ok) return pinned;
    const lock = [head, ...pinned.value, ""].join("\n");
    const tree = join(cache, sha256(lock));
    if (!existsSync(tree)) {
      const installed = await download(pinned.value, scratch, env);
      if (!installed.ok) return installed;
      if (!keepsLock) return ok(await readTree(installed.value));
      await rename(installed.value, tree).catch((error: unknown) => {
        // Another build was faster with the same.
        if (!existsSync(tree)) throw error;
      });
    }
    const written = kept.value !== null || !keepsLock ? null : await writeLock(folder, lock);
    return written ?? ok(await readTree(tree));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The lock's lines: each package's version with the hash of its wheel. */
async function resolve(
  texts: readonly string[],
  scratch: string,
  env: InstallOptions["env"],
): Promise<Result<readonly string[], InstallFailure>> {
  const report = join(scratch, "report.json");
  const target = join(scratch, "none");
  const answer = await runPip(["--dry-run", "--report", report, "--target", target, ...texts], { cwd: scratch, env });
  if (!answer.ok) return answer;
  const packages = readPipReport(JSON.parse(await readFile(report, "utf8")));
  if (!packages.ok) return packages;
  return ok(
    packages.value.map(({ name, version, sha256: hash }) => `${name}==${version} --hash=sha256:${hash}`).sort(),
  );
}

/** A folder with the wheels of a lock's lines unpacked, each checked against its hash. */
async function download(pinned: readonly string[], scratch: string, env: InstallOptions["env"]) {
  const file = join(scratch, "pinned.txt");
  const target = join(scratch, "packages");
  await mkdir(target);
  // Conditions may have left nothing, which pip would not take.
  if (pinned.length === 0) return ok(target);
  await writeFile(file, pinned.map((line) => `${line}\n`).join(""));
  const args = ["--target", target, "--no-compile", "--no-deps", "--require-hashes", "-r", file];
  const answer = await runPip(args, { cwd: scratch, env });
  return answer.ok ? ok(target) : answer;
}

/** What a plugin takes along. A package's own tests are not, and can be most of it. */
async function readTree(tree: string): Promise<PackageFiles> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(tree, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter((name) => isPackageFile(name) && !name.includes("/tests/"))
    .sort();
  const texts = new Map<string, string>();
  const libraries = new Map<string, Uint8Array>();
  for (const name of names) {
    if (isLibraryFile(name)) {
      const library = await readFile(join(tree, name));
      // Wheels for any machine may hold code for some, for what a plugin does not do.
      if (library.subarray(0, WEBASSEMBLY.length).equals(WEBASSEMBLY)) libraries.set(name, library);
      continue;
    }
    const text = await readFile(join(tree, name), "utf8");
    // Of what a package says of itself, code asks for its name and version; the rest is its documentation.
    texts.set(name, name.endsWith("/METADATA") ? (text.match(/^(?:Metadata-Version|Name|Version): .*\n/gm) ?? []).join("") : text); // prettier-ignore
  }
  return { texts, libraries };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
