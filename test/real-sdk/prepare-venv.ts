// A virtual environment with one release of Kili's SDK, kept until its requirements change. It needs the network once.
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";

export interface VenvFailure {
  readonly reason: "no_python" | "no_venv" | "no_packages";
  readonly message: string;
}

/** The Python of the environment for `release`; makes it where it is missing or out of date. */
export async function prepareVenv(root: string, release: string): Promise<Result<string, VenvFailure>> {
  const requirements = join(import.meta.dirname, `requirements-${release}.txt`);
  const folder = join(root, ".cache", "kili-sdk", release);
  const python = join(folder, "bin", "python");
  const stamp = join(folder, "installed.txt");

  const version = await run("python3", ["--version"]);
  if (version.code !== 0) return failed("no_python", "python3 --version", version.output, "Python 3.11 or newer");
  const wanted = `${version.output}\n${await readFile(requirements, "utf8")}`;
  if ((await readFile(stamp, "utf8").catch(() => null)) === wanted) return ok(python);

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const made = await run("python3", ["-m", "venv", folder]);
  if (made.code !== 0) return failed("no_venv", "python3 -m venv", made.output, "an environment with pip");
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "-r", requirements];
  const installed = await run(python, pip);
  if (installed.code !== 0) return failed("no_packages", "pip install", installed.output, "the pinned packages");
  await writeFile(stamp, wanted);
  return ok(python);
}

function failed(reason: VenvFailure["reason"], command: string, output: string, wanted: string) {
  const message = `Cannot prepare Kili's SDK: "${command}" said ${output.slice(-1000) || "nothing"}, wanted ${wanted}`;
  return fail({ reason, message } satisfies VenvFailure);
}

function run(command: string, args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => (output += text));
    }
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}
