// Has the memory image of Python made by a process of its own, since Pyodide looks at the globals to learn where it is:
// there it must see no Node. What is in the image is plugins/python's business.
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

export interface PythonImageInput {
  /** The folder plugins/python. */
  readonly room: string;
  /** The folder of the package `pyodide`. */
  readonly pyodide: string;
  /** Python files by their path. */
  readonly library: Readonly<Record<string, string>>;
  /** A folder for files on the way. */
  readonly scratch: string;
}

export interface PythonImage {
  readonly image: Uint8Array;
  /** What WebAssembly the interpreter compiled, in hex. */
  readonly wasm: readonly string[];
}

const IMAGE_MS = 120_000;

const DRIVER = `
import createModule from "pyodide/pyodide.asm.mjs";
import { readFileSync, writeFileSync } from "node:fs";
import { makeSnapshot } from "./make-snapshot.ts";
const { argv, exit } = process;
const [scratch, pyodide] = argv.slice(2);
const wasm = new WebAssembly.Module(readFileSync(pyodide + "/pyodide.asm.wasm"));
const stdlib = readFileSync(pyodide + "/python_stdlib.zip");
const library = JSON.parse(readFileSync(scratch + "/library.json", "utf8"));
delete globalThis.process;
globalThis.WorkerGlobalScope = class {};
try {
  const snapshot = await makeSnapshot({ createModule, wasm, stdlib, library });
  writeFileSync(scratch + "/memory.bin", snapshot.image);
  writeFileSync(scratch + "/wasm.json", JSON.stringify(snapshot.wasm));
  exit(0);
} catch (error) {
  // Not left to Node, which would quote the failing line: Pyodide's module is a single one.
  console.error(error instanceof Error ? error.stack : error);
  exit(1);
}
`;

/** Makes the image. Rejects with what the process said if it fails. */
export async function makePythonImage({ room, pyodide, library, scratch }: PythonImageInput): Promise<PythonImage> {
  await mkdir(scratch, { recursive: true });
  const script = join(scratch, "make-image.mjs");
  await build({
    stdin: { contents: DRIVER, resolveDir: room, loader: "ts" },
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    logLevel: "silent",
    external: ["pyodide"],
  });
  await writeFile(join(scratch, "library.json"), JSON.stringify(library));
  // Stack switching is behind a flag in Node, and the interpreter looks for it as it starts.
  const args = ["--experimental-wasm-jspi", script, scratch, pyodide];
  await promisify(execFile)(process.execPath, args, { timeout: IMAGE_MS }).catch((error: unknown) => {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).slice(-4_000) : String(error);
    throw new Error(`Cannot make the memory image of Python: ${said}`);
  });
  const image = await readFile(join(scratch, "memory.bin"));
  const wasm = JSON.parse(await readFile(join(scratch, "wasm.json"), "utf8")) as string[];
  await rm(scratch, { recursive: true });
  return { image, wasm };
}
