// The files of a Python plugin on disk: sources and requirements, and nothing that only lives beside them.
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** The names of the files in `folder`, relative to it, in alphabetical order. */
export async function listPythonFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return (
    entries
      .filter((entry) => entry.isFile() && (entry.name.endsWith(".py") || entry.name === "requirements.txt"))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
      // Environments and caches.
      .filter(
        (name) => !name.split("/").some((part) => part.startsWith(".") || part === "__pycache__" || part === "venv"),
      )
      .sort()
  );
}
