// The files of a Python plugin on disk: sources, requirements and packages, and nothing that only lives beside them.
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { PACKAGES_FOLDER } from "../../worker/build/python-packages.ts";
import { isPackageFile } from "./is-package-file.ts";

/** The names of the files in `folder`, relative to it, in alphabetical order. */
export async function listPythonFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter(isWanted)
    .sort();
}

function isWanted(name: string): boolean {
  const parts = name.split("/");
  // Environments and caches.
  if (parts.some((part) => part.startsWith(".") || part === "__pycache__" || part === "venv")) return false;
  if (parts[0] === PACKAGES_FOLDER) return isPackageFile(parts.slice(1).join("/"));
  return name.endsWith(".py") || name === "requirements.txt";
}
