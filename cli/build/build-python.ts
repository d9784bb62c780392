// Builds what Python plugins run in, as static assets: Pyodide's own files, the harness, and the memory of an
// interpreter that has already started. The Worker's bundle holds their names and hashes only.
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { MAX_PYTHON_HEAP_BYTES } from "../../worker/limits.ts";
import { capWasmMemory } from "./cap-wasm-memory.ts";
import { ISOLATE_BUNDLE } from "./isolate-bundle.ts";
import { makePythonImage } from "./make-python-image.ts";

/** One file that the host hands to isolates, as the kind of module it is there. */
interface RuntimeFile {
  readonly name: string;
  readonly kind: "js" | "wasm" | "data";
  readonly sha256: string;
}

/** Builds the runtime into `assets`, unless what is there came from the same sources; the answer is dist/python-runtime.ts. */
export async function buildPython(root: string, dist: string): Promise<string> {
  const require = createRequire(import.meta.url);
  const pyodide = join(require.resolve("pyodide/package.json"), "..");
  const room = join(root, "plugins", "python");
  const harness = await bundleHarness(room);
  const library = readLibrary(join(room, "library"));
  const rest = [readFileSync(join(pyodide, "package.json"), "utf8"), JSON.stringify(library), sourcesOf(room)];
  const source = sha256([harness, ...rest, MAX_PYTHON_HEAP_BYTES].join("\n"));

  const written = join(dist, "python-runtime.ts");
  const before = existsSync(written) ? readFileSync(written, "utf8") : "";
  const folder = join(dist, "assets", "python");
  if (before.includes(`// From ${source}\n`) && existsSync(join(folder, "memory.bin"))) return before;

  const python = capWasmMemory(readFileSync(join(pyodide, "pyodide.asm.wasm")), MAX_PYTHON_HEAP_BYTES);
  const { image, wasm } = await makePythonImage({ room, pyodide, library, scratch: join(dist, "python") });
  const contents: [name: string, kind: RuntimeFile["kind"], content: Uint8Array][] = [
    ["harness.js", "js", Buffer.from(harness)],
    ["pyodide.asm.mjs", "js", readFileSync(join(pyodide, "pyodide.asm.mjs"))],
    ["python.wasm", "wasm", python],
    ["stdlib.zip", "data", readFileSync(join(pyodide, "python_stdlib.zip"))],
    ["memory.bin", "data", image],
  ];
  await mkdir(folder, { recursive: true });
  const files: RuntimeFile[] = [];
  for (const [name, kind, content] of contents) {
    await writeFile(join(folder, name), content);
    files.push({ name, kind, sha256: sha256(content) });
  }
  const index = JSON.stringify({ files, knownWasm: wasm });
  await writeFile(join(folder, "index.json"), index);
  return runtimeSource(source, index);
}

function runtimeSource(source: string, index: string): string {
  return [
    "// Written by `npm run build`. Do not edit.",
    `// From ${source}`,
    "/** SHA-256 of the asset python/index.json, which names what a Python isolate is made of, with a hash of each. */",
    `export const PYTHON_HASH: string = "${sha256(index)}";`,
    "",
  ].join("\n");
}

async function bundleHarness(room: string): Promise<string> {
  const { outputFiles } = await build({
    ...ISOLATE_BUNDLE,
    entryPoints: [join(room, "harness.ts")],
    external: [
      "cloudflare:*",
      "node:async_hooks",
      ...["pyodide.asm.mjs", "python.wasm", "stdlib.zip"].map(beside),
    ].concat(["memory.bin", "trampolines.js", "heap.json", "libraries.js", "plugin.json"].map(beside)),
  });
  return outputFiles[0]?.text ?? "";
}

function beside(name: string): string {
  return `./${name}`;
}

function readLibrary(folder: string): Record<string, string> {
  const files = globSync("**/*.py", { cwd: folder }).sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

function sourcesOf(room: string): string {
  return globSync("*.ts", { cwd: room })
    .sort()
    .map((file) => readFileSync(join(room, file), "utf8"))
    .join("\n");
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
