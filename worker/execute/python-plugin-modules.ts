// The modules of a Python isolate that are the plugin's: its program as it was built, and the compiled code of its
// packages, which an isolate takes as modules only. What Python itself is made of is python-modules.ts's business.
import * as v from "valibot";

type Modules = Readonly<Record<string, WorkerLoaderModule>>;

const ProgramSchema = v.looseObject({ libraries: v.optional(v.record(v.string(), v.string()), {}) });

/** The modules by name, of the code that `compilePython` made. */
export function pythonPluginModules(code: string): Modules {
  const { libraries, ...program } = v.parse(ProgramSchema, JSON.parse(code));
  const paths = Object.keys(libraries);
  const imports = paths.map((_, index) => `import m${index} from "./library-${index}.wasm";`);
  const entries = paths.map((path, index) => `[${JSON.stringify(path)}, m${index}]`);
  return {
    "plugin.json": { text: JSON.stringify(program) },
    "libraries.js": { js: `${imports.join("\n")}\nexport default new Map([${entries.join(", ")}]);\n` },
    ...Object.fromEntries(
      Object.values(libraries).map((base64, index) => [`library-${index}.wasm`, { wasm: fromBase64(base64) }]),
    ),
  };
}

/** In a loop, since these are megabytes. */
function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
