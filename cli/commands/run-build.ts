// `npm run build` from within another command, in a process of its own: a build that goes wrong cannot take
// the host with it. What it builds and prints is cli/build/build.ts's business.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";

/** Builds the plugins and what runs inside their isolates; the answer is what the build printed, told to by `flags`. */
export function runBuild(root: string, flags: readonly string[] = []): Promise<Result<string, CliFailure>> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "cli", "build", "build.ts"), ...flags], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => (output += text));
    }
    child.on("error", (error) => resolve(failed(error.message)));
    child.on("close", (code) => resolve(code === 0 ? ok(output) : failed(`exit ${code}\n\n${output.trim()}`)));
  });
}

function failed(found: string) {
  return fail({
    reason: "build_failed",
    message: `Cannot build: ${found}${found.includes("\n") ? "\n\n" : ", "}wanted a build that ends well`,
  } satisfies CliFailure);
}
