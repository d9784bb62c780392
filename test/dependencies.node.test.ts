// What the project takes from others: packages of npm's registry, pinned by what they hold, under licences that were
// looked at, and without a say in what runs at installation. A new one that differs fails here first.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

const EntrySchema = v.object({
  version: v.optional(v.string()),
  resolved: v.optional(v.string()),
  integrity: v.optional(v.string()),
  license: v.optional(v.string()),
  link: v.optional(v.boolean()),
  dev: v.optional(v.boolean()),
  hasInstallScript: v.optional(v.boolean()),
});
const LockSchema = v.object({ lockfileVersion: v.literal(3), packages: v.record(v.string(), EntrySchema) });
const Versions = v.record(v.string(), v.string());
const PackageSchema = v.object({
  dependencies: Versions,
  devDependencies: Versions,
  allowScripts: v.record(v.string(), v.literal(true)),
});

const manifest = v.parse(PackageSchema, JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")));
const lock = v.parse(LockSchema, JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")));
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");

/** What goes into the Worker. */
const RUNTIME_LICENCES = ["0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT"];
/** What only builds and tests it may have besides; libvips comes with wrangler, and is linked into nothing of ours. */
const TOOL_LICENCES = [
  ...RUNTIME_LICENCES,
  "BSD-2-Clause",
  "CC0-1.0",
  "LGPL-3.0-or-later",
  "MPL-2.0",
  "Unlicense",
  "Zlib",
];

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

describe("dependencies", () => {
  test("are pinned to one version each", () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)]);
  });

  test("are held to their contents, and come from npm's registry", () => {
    expect(packages.length).toBeGreaterThan(100);
    const strange = packages.filter(
      ([, { integrity, resolved, link }]) =>
        link === true ||
        !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? "") ||
        (resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/")),
    );
    expect(strange.map(([path]) => path)).toEqual([]);
  });

  test("are under licences that were looked at", () => {
    const strange = packages.filter(([, { license = "none", dev }]) => {
      const allowed = dev === true ? TOOL_LICENCES : RUNTIME_LICENCES;
      const names = license.replaceAll(/[()]/g, "").split(/ (AND|OR) /);
      const offered = names.filter((_, index) => index % 2 === 0);
      // Of alternatives one is enough; of several at once each counts.
      return names.includes("OR") && !names.includes("AND")
        ? !offered.some((name) => allowed.includes(name))
        : !offered.every((name) => allowed.includes(name));
    });
    expect(strange.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  test("run nothing at installation but those that package.json allows to", () => {
    const scripted = new Set(packages.filter(([, entry]) => entry.hasInstallScript).map(([path]) => nameOf(path)));
    expect([...scripted].toSorted()).toEqual(Object.keys(manifest.allowScripts).toSorted());
  });
});
