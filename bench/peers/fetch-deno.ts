// The Deno that peers run on. It is fetched for the bench alone, from npm, and is no dependency of the project.
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const DENO_VERSION = "2.9.6";
const FOLDER = join(import.meta.dirname, "..", "results", "peers", `deno-${DENO_VERSION}`);

/** The path of the program; it is downloaded once. */
export async function fetchDeno(): Promise<string> {
  const [found] = programs();
  if (found !== undefined) return found;
  await mkdir(FOLDER, { recursive: true });
  // The platform's package holds the program itself; nothing needs to be run to install it.
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--prefix", FOLDER, `deno@${DENO_VERSION}`];
  await promisify(execFile)("npm", args);
  const [program] = programs();
  if (program === undefined) throw new Error(`Cannot fetch Deno: found no program in "${FOLDER}", wanted one`);
  return program;
}

function programs(): string[] {
  return globSync(join(FOLDER, "node_modules", "@deno", "*", "{deno,deno.exe}"));
}
