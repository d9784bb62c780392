// A plugin's sources to one ES module that imports nothing but the SDK. Does not meter, and knows nothing of handlers.
import type { build as esbuildBuild, BuildFailure, Message, Plugin } from "esbuild";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_BUILD_PROBLEMS } from "../limits.ts";
import { codeFrame } from "./code-frame.ts";

/** What a plugin imports the SDK as; the isolate has a module of this name. */
export const SDK_SPECIFIER = "kili-edge/sdk";

export interface PluginSources {
  /** esbuild's `build`, or that of esbuild-wasm. */
  readonly build: typeof esbuildBuild;
  /** The absolute folder that names of files are relative to, in problems and source maps. */
  readonly root: string;
  /** The main file, relative to `root`. */
  readonly main: string;
  /** Finds and loads files where esbuild has no disk to find them on; none otherwise. */
  readonly files?: Plugin;
}

export interface PluginBundle {
  readonly code: string;
  /** Version 3, as JSON text, with the sources' content. */
  readonly sourceMap: string;
}

/** Bundles a plugin's main file with all it imports. */
export async function bundlePlugin(sources: PluginSources): Promise<Result<PluginBundle, BuildProblem[]>> {
  try {
    const { outputFiles } = await sources.build({
      absWorkingDir: sources.root,
      entryPoints: [sources.main],
      // Where it would be written decides how the source map names its sources.
      outfile: "plugin.js",
      write: false,
      bundle: true,
      format: "esm",
      platform: "browser",
      conditions: ["workerd", "worker", "browser"],
      // What the build does not rewrite must be parsed by the metering as well.
      target: "es2024",
      charset: "utf8",
      legalComments: "none",
      sourcemap: "external",
      define: { "process.env.NODE_ENV": '"production"' },
      logLevel: "silent",
      plugins: sources.files === undefined ? [importGate] : [importGate, sources.files],
    });
    const sourceMap = outputFiles.find(({ path }) => path.endsWith(".map"));
    const code = outputFiles.find(({ path }) => path.endsWith(".js"));
    if (sourceMap === undefined || code === undefined) throw new Error("Cannot read bundle: esbuild gave no files");
    return ok({ code: code.text, sourceMap: sourceMap.text });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return fail(error.errors.slice(0, MAX_BUILD_PROBLEMS).map((message) => toProblem(message, sources.main)));
  }
}

/** Lets the SDK stay outside, and names from elsewhere nowhere: esbuild would leave them in the bundle. */
const importGate: Plugin = {
  name: "import-gate",
  setup(build) {
    build.onResolve({ filter: /^kili-edge\/sdk$/ }, ({ path, kind }) => {
      if (kind === "import-statement") return { path, external: true };
      return refuse(path, `found ${kind}, wanted an import statement at the top of the file`);
    });
    build.onResolve({ filter: /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i }, ({ path, kind }) => {
      if (kind === "entry-point" || path.startsWith("data:")) return undefined;
      if (path.startsWith("node:")) return refuse(path, NODE_ADVICE);
      if (/^(?:https?:|\/\/)/i.test(path))
        return refuse(path, "the build fetches nothing, wanted an installed package or a file of the plugin");
      if (path.startsWith("cloudflare:"))
        return refuse(path, `plugins have no access to their host, wanted what "${SDK_SPECIFIER}" offers`);
      return refuse(path, "it is a module of another runtime, wanted an installed package or a file of the plugin");
    });
  },
};

const NODE_ADVICE = "it is a module of Node.js, wanted a Web API or a package that runs in browsers";

function refuse(path: string, why: string): { errors: { text: string }[] } {
  return { errors: [{ text: `Cannot import ${JSON.stringify(path)}: ${why}` }] };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function toProblem({ text, notes, location }: Message, main: string): BuildProblem {
  const message = reword(text, notes.map((note) => note.text).join(" "), main);
  if (location === null) return { file: main, line: null, column: null, message, frame: null };
  const { file, line, lineText } = location;
  // esbuild counts bytes, editors characters.
  const before = bytesToCharacters(lineText, location.column);
  const length = bytesToCharacters(lineText, location.column + location.length) - before;
  return { file, line, column: before + 1, message, frame: lineFrame(lineText, line, before + 1, length) };
}

function reword(text: string, notes: string, main: string): string {
  const [, name] = /^Could not resolve "(.*)"$/.exec(text) ?? [];
  if (name === undefined) return text.startsWith("Cannot ") ? text : `Cannot bundle: ${text}`;
  return `Cannot import ${JSON.stringify(name)}: ${whyUnresolved(name, notes, main)}`;
}

function whyUnresolved(name: string, notes: string, main: string): string {
  if (name === main) return "found no such file, wanted it in the plugin's folder";
  if (notes.includes("built into node")) return NODE_ADVICE;
  if (/^\.{0,2}\//.test(name)) return "found no such file, wanted one relative to the importing file";
  const packageName = name.split("/", name.startsWith("@") ? 2 : 1).join("/");
  return `found no such package, wanted one that is installed (npm install ${packageName}) or a relative path`;
}

/** esbuild hands over the one line only. */
function lineFrame(lineText: string, line: number, column: number, length: number): string {
  return codeFrame(`${"\n".repeat(line - 1)}${lineText}`, line, column, length)
    .split("\n")
    .slice(line > 1 ? 1 : 0)
    .join("\n");
}

function bytesToCharacters(text: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(0, bytes)).length;
}
