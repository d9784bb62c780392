// The modules of a Python isolate besides the plugin itself: static assets, read when the first isolate needs them and
// checked against the hash that this Worker was built with.
import * as v from "valibot";
import { PYTHON_HASH } from "../../dist/python-runtime.ts";

type Modules = Readonly<Record<string, WorkerLoaderModule>>;
type Assets = Pick<Fetcher, "fetch">;

const IndexSchema = v.object({
  files: v.array(v.object({ name: v.string(), kind: v.picklist(["js", "wasm", "data"]), sha256: v.string() })),
  /** What Python compiles as it starts, in hex. */
  knownWasm: v.array(v.string()),
});

// Thirty megabytes: kept while somebody starts isolates, given up when memory gets short.
let kept: WeakRef<Modules> | null = null;

/** The runtime's modules by name. Rejects when an asset is missing or not the one this Worker was built with. */
export async function pythonModules(assets: Assets): Promise<Modules> {
  const before = kept?.deref();
  if (before !== undefined) return before;
  const index = new TextDecoder().decode(await read(assets, "index.json", PYTHON_HASH));
  const { files, knownWasm } = v.parse(IndexSchema, JSON.parse(index));
  const entries = await Promise.all(
    files.map(async ({ name, kind, sha256 }) => [name, toModule(kind, await read(assets, name, sha256))]),
  );
  const modules = { ...(Object.fromEntries(entries) as Modules), ...trampolines(knownWasm) };
  kept = new WeakRef(modules);
  return modules;
}

function toModule(kind: "js" | "wasm" | "data", content: ArrayBuffer): WorkerLoaderModule {
  return kind === "js" ? { js: new TextDecoder().decode(content) } : { [kind]: content };
}

async function read(assets: Assets, name: string, sha256: string): Promise<ArrayBuffer> {
  const answer = await assets.fetch(`http://assets/python/${name}`);
  if (!answer.ok) throw new Error(`asset python/${name} answered ${answer.status}: was npm run build run?`);
  const content = await answer.arrayBuffer();
  const found = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", content)));
  if (found !== sha256) throw new Error(`asset python/${name} is not the one of this build: was all of it deployed?`);
  return content;
}

/** The small modules that Python compiles as it starts, and one that has them all by their bytes. */
function trampolines(hexes: readonly string[]): Modules {
  const imports = hexes.map((_, index) => `import m${index} from "./known-${index}.wasm";`);
  const entries = hexes.map((hex, index) => `["${hex}", m${index}]`);
  return {
    "trampolines.js": { js: `${imports.join("\n")}\nexport default new Map([${entries.join(", ")}]);\n` },
    ...Object.fromEntries(hexes.map((hex, index) => [`known-${index}.wasm`, { wasm: fromHex(hex) }])),
  };
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
