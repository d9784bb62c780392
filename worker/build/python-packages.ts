// What a Python plugin's packages are: files in a folder of their own beside its main file, put there by whoever uploads
// it, or else installed by the build where it has a way to a package index.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_BUILD_PROBLEMS, MAX_PYTHON_PACKAGE_CHARS } from "../limits.ts";
import { codeFrame } from "./code-frame.ts";
import type { LanguageSource, PackageFiles } from "./language.ts";
import { parseRequirements, toPackageName, type Requirement } from "./parse-requirements.ts";
import { PIP_TARGET } from "./python-platform.ts";

/** Where packages lie that come with the plugin, in the folder of plugin.toml. */
export const PACKAGES_FOLDER = "python_packages";

/** What the packages were resolved to, beside requirements.txt. */
export const LOCK_FILE = "requirements.lock";

/** Text files by their path. */
type Files = ReadonlyMap<string, string>;

/** What every plugin has, as the host's own library. */
const HOSTS_OWN = new Set(["kili", "kili-events", "requests"]);

/** What fills the folder of packages, as its author would type it. */
export function pipCommand(what: string): string {
  return `python3 -m pip install --target ${PACKAGES_FOLDER} ${PIP_TARGET.join(" ")} ${what}`;
}

/** The packages of a plugin whose own files are `own`, and whose folder of packages holds `packages`. */
export async function findPackages(
  source: LanguageSource,
  own: Files,
  packages: PackageFiles,
): Promise<Result<PackageFiles, BuildProblem[]>> {
  const file = source.folder === "" ? "requirements.txt" : `${source.folder}/requirements.txt`;
  const text = packages.texts.size + packages.libraries.size > 0 ? null : await source.readText(file);
  const problemAt = (line: number, message: string): BuildProblem => {
    return { file, line, column: 1, message, frame: codeFrame(text ?? "", line, 1) };
  };
  const requirements = parseRequirements(text ?? "");
  if (!requirements.ok) return fail(requirements.failure.map(({ line, message }) => problemAt(line, message)));
  const there = namesOf(own);
  const missing = requirements.value.filter(({ name }) => !HOSTS_OWN.has(name) && !there.has(name));
  if (missing.length === 0) return withinSize(packages, source);
  if (source.installPackages === null) {
    const shown = missing.slice(0, MAX_BUILD_PROBLEMS);
    return fail(shown.map((requirement) => problemAt(requirement.line, adviceFor(requirement))));
  }
  const installed = await source.installPackages(missing);
  if (installed.ok) return withinSize(installed.value, source);
  const { lockLine, message } = installed.failure;
  if (lockLine !== undefined) {
    const lock = source.folder === "" ? LOCK_FILE : `${source.folder}/${LOCK_FILE}`;
    return fail([{ file: lock, line: lockLine, column: lockLine && 1, message, frame: null }]);
  }
  const at = missing.find(({ name }) => name === installed.failure.name) ?? missing[0];
  return fail([problemAt(at?.line ?? 1, message)]);
}

/** The packages that were copied into the plugin. */
function namesOf(own: Files): Set<string> {
  return new Set([...own.keys()].map((file) => toPackageName(file.split("/")[0]?.replace(/\.py$/, "") ?? "")));
}

function adviceFor({ name, text }: Requirement): string {
  return `Cannot install "${name}": found no way to a package index from the host, wanted its files in the upload: "${pipCommand(`'${text.replaceAll("'", '"')}'`)}" in the plugin's folder, or upload it with "kili-edge push"`;
}

function withinSize(packages: PackageFiles, source: LanguageSource): Result<PackageFiles, BuildProblem[]> {
  let chars = 0;
  for (const text of packages.texts.values()) chars += text.length;
  if (chars <= MAX_PYTHON_PACKAGE_CHARS) return ok(packages);
  const message = `Cannot take the plugin's packages: found ${chars} characters in their files, wanted at most ${MAX_PYTHON_PACKAGE_CHARS}`;
  return fail([source.problemAtMain(message)]);
}
