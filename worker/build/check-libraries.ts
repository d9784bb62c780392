// Whether the compiled code of a Python plugin's packages is for the Python that plugins run in, and asks for no more than
// a plugin may have. Does not look at its code: whether that can be linked shows when it is imported.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { MAX_PYTHON_LIBRARY_BYTES } from "../limits.ts";
import { findLibraryFault } from "./find-library-fault.ts";
import { PACKAGES_FOLDER, pipCommand } from "./python-packages.ts";
import { PYTHON_VERSION } from "./python-platform.ts";

/** What is wrong with these libraries, which are named by their paths in the folder of packages. */
export function checkLibraries(libraries: ReadonlyMap<string, Uint8Array>, folder: string): BuildProblem[] {
  const problems: BuildProblem[] = [];
  const problem = (path: string, message: string): void => {
    const file = [folder, PACKAGES_FOLDER, path].filter((part) => part !== "").join("/");
    problems.push({ file, line: null, column: null, message, frame: null });
  };
  let bytes = 0;
  for (const [path, library] of libraries) {
    bytes += library.byteLength;
    const found = whatElse(path, library);
    const fault = found === null ? findLibraryFault(library) : null;
    if (fault !== null) problem(path, `Cannot load "${path}": found ${fault}`);
    if (found === null) continue;
    problem(
      path,
      `Cannot load "${path}": found ${found}, wanted WebAssembly for the Python that plugins run in: empty ${PACKAGES_FOLDER} and fill it by "${pipCommand("-r requirements.txt")}", or delete the file if its package does without`,
    );
  }
  if (bytes > MAX_PYTHON_LIBRARY_BYTES)
    problem(
      "",
      `Cannot take the plugin's packages: found ${bytes} bytes of compiled code, wanted at most ${MAX_PYTHON_LIBRARY_BYTES}`,
    );
  return problems;
}

const FORMATS: readonly (readonly [magic: string, format: string])[] = [
  ["\x7fELF", "machine code for Linux"],
  ["\xcf\xfa\xed\xfe", "machine code for macOS"],
  ["\xca\xfe\xba\xbe", "machine code for macOS"],
  ["MZ", "machine code for Windows"],
];
const WEBASSEMBLY = "\0asm\x01\0\0\0";
/** Its first section: an own one, whose name is "dylink.0", after a length of one to five bytes. */
// oxlint-disable-next-line no-control-regex -- these are bytes
const DYLINK = /^\0[\x80-\xff]{0,4}[\0-\x7f]\x08dylink\.0/;

/** What a library is that cannot be loaded; null if it can. */
function whatElse(path: string, library: Uint8Array): string | null {
  const start = String.fromCharCode(...library.subarray(0, 32));
  const made = FORMATS.find(([magic]) => start.startsWith(magic));
  if (made !== undefined) return made[1];
  if (!start.startsWith(WEBASSEMBLY)) return "something else";
  if (!DYLINK.test(start.slice(WEBASSEMBLY.length))) return "WebAssembly that is no library";
  const [, python] = /\.cpython-(\d+)-[^/]*$/.exec(path) ?? [];
  return python === undefined || python === PYTHON_VERSION.replace(".", "")
    ? null
    : `WebAssembly for CPython ${python}`;
}
