// Installs the packages of a plugin's requirements.txt by pip, into a cache on this machine: wheels only, so that nothing
// of them runs, and what was resolved is kept in requirements.lock, so that the next build takes the same bytes.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { InstallFailure } from "../../worker/build/language.ts";
import type { Requirement } from "../../worker/build/parse-requirements.ts";
import { isPackageFile } from "./is-package-file.ts";
import { readPipReport } from "./read-pip-report.ts";
import { runPip } from "./run-pip.ts";

export interface InstallOptions {
  /** The plugin's folder, for the lock. */
  readonly folder: string;
  /** A folder that keeps what was installed. */
  readonly cache: string;
  /** The process's, which may tell pip of an index. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the lock is written where it is missing or out of date. */
  readonly keepsLock: boolean;
}

const LOCK_FILE = "requirements.lock";

/** The files of `requirements` and of all that they need, by their paths. */
export async function installPackages(
  requirements: readonly Requirement[],
  { folder, cache, env, keepsLock }: InstallOptions,
): Promise<Result<ReadonlyMap<string, string>, InstallFailure>> {
  const texts = requirements.map(({ text }) => text);
  const head = `# From requirements.txt ${sha256(texts.join("\n"))}. Written by kili-edge: keep it with the plugin, do not edit.\n`;
  const kept = await readFile(join(folder, LOCK_FILE), "utf8").catch(() => null);
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, "new-"));
  try {
    const lock = kept?.startsWith(head) ? ok(kept) : await resolve(texts, head, scratch, env);
    if (!lock.ok) return lock;
    const tree = join(cache, sha256(lock.value));
    if (!existsSync(tree)) {
      const installed = await download(lock.value, scratch, env);
      if (!installed.ok) return installed;
      await rename(installed.value, tree).catch((error: unknown) => {
        // Another build was faster with the same.
        if (!existsSync(tree)) throw error;
      });
    }
    const written = lock.value === kept || !keepsLock ? null : await writeLock(folder, lock.value);
    return written ?? ok(await readTree(tree));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The lock: each package's version with the hash of its wheel. */
async function resolve(
  texts: readonly string[],
  head: string,
  scratch: string,
  env: InstallOptions["env"],
): Promise<Result<string, InstallFailure>> {
  const report = join(scratch, "report.json");
  const target = join(scratch, "none");
  const answer = await runPip(["--dry-run", "--report", report, "--target", target, ...texts], { cwd: scratch, env });
  if (!answer.ok) return answer;
  const packages = readPipReport(JSON.parse(await readFile(report, "utf8")));
  if (!packages.ok) return packages;
  const lines = packages.value.map(({ name, version, sha256: hash }) => `${name}==${version} --hash=sha256:${hash}\n`);
  return ok(head + lines.sort().join(""));
}

/** Null once it is written. */
async function writeLock(folder: string, lock: string): Promise<Result<never, InstallFailure> | null> {
  try {
    await writeFile(join(folder, LOCK_FILE), lock);
    return null;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const message = `Cannot write ${LOCK_FILE}: ${found}, wanted a folder that may be written, or the lock of an earlier build in it`;
    return fail({ name: null, message });
  }
}

/** A folder with the wheels of `lock` unpacked, each checked against its hash. */
async function download(lock: string, scratch: string, env: InstallOptions["env"]) {
  const file = join(scratch, LOCK_FILE);
  const target = join(scratch, "packages");
  await mkdir(target);
  await writeFile(file, lock);
  const args = ["--target", target, "--no-compile", "--no-deps", "--require-hashes", "-r", file];
  const answer = await runPip(args, { cwd: scratch, env });
  return answer.ok ? ok(target) : answer;
}

async function readTree(tree: string): Promise<Map<string, string>> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(tree, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter(isPackageFile)
    .sort();
  const files = new Map<string, string>();
  for (const name of names) {
    const text = await readFile(join(tree, name), "utf8");
    // Of what a package says of itself, code asks for its name and version; the rest is its documentation.
    files.set(name, name.endsWith("/METADATA") ? (text.match(/^(?:Metadata-Version|Name|Version): .*\n/gm) ?? []).join("") : text); // prettier-ignore
  }
  return files;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
