// What the type checker says of a plugin's sources, as build problems. The compiler is the project's own, with the
// project's options and the SDK's sources in place of "kili-edge/sdk"; a plugin's tsconfig.json is not read.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { BuildProblem } from "../../schemas/artifact.ts";

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Checks a main file with all it imports. The problems name files by their absolute paths, and have no frames. */
export async function checkTypes(root: string, main: string): Promise<BuildProblem[]> {
  const scratch = await mkdtemp(join(tmpdir(), "kili-edge-types-"));
  try {
    const config = join(scratch, "tsconfig.json");
    await writeFile(config, JSON.stringify(configFor(root, main)));
    const output = await runCompiler(root, config, scratch);
    return toProblems(output, scratch);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function configFor(root: string, main: string): object {
  const sdk = join(root, "plugins", "sdk");
  return {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      types: [join(root, "node_modules", "@cloudflare", "workers-types", "experimental", "index.d.ts")],
      paths: { "kili-edge/sdk": [join(sdk, "index.ts")] },
      // An author's taste, and no reason to hold a plugin back.
      noUnusedLocals: false,
      noUnusedParameters: false,
      // JavaScript is a plugin's language too; it is read for its types, and not checked.
      allowJs: true,
    },
    files: [main],
  };
}

async function runCompiler(root: string, config: string, cwd: string): Promise<string> {
  const compiler = join(dirname(createRequire(join(root, "package.json")).resolve("typescript/package.json")), "bin");
  const args = [join(compiler, "tsc"), "-p", config, "--pretty", "false"];
  try {
    await promisify(execFile)(process.execPath, args, { cwd, maxBuffer: MAX_OUTPUT_BYTES });
    return "";
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    // What it finds is on standard output; without any, it did not get as far as that.
    if (!/error TS\d+/.test(stdout))
      throw new Error(`Cannot check types: the compiler said ${stdout}${stderr}`, { cause: error });
    return stdout;
  }
}

/** `file(line,column): error TS1: message`, with further lines indented. */
function toProblems(output: string, cwd: string): BuildProblem[] {
  const problems: BuildProblem[] = [];
  for (const text of output.split(/\r?\n(?!\s)/)) {
    const [, file, line, column, message] =
      /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+: [^]*)$/.exec(text.trimEnd()) ?? [];
    if (message === undefined) continue;
    const place = {
      line: line === undefined ? null : Number(line),
      column: column === undefined ? null : Number(column),
    };
    problems.push({ file: file === undefined ? "tsconfig.json" : resolve(cwd, file), ...place, message, frame: null });
  }
  return problems;
}
