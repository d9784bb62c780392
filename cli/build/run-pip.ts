// Runs `pip install` for the Python that plugins run in, not for the one that runs pip: only wheels, in pure Python or
// compiled for it. What is installed, and where, is the caller's business.
import { execFile } from "node:child_process";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { InstallFailure } from "../../worker/build/language.ts";
import { toPackageName } from "../../worker/build/parse-requirements.ts";
import { MARKERS, PIP_TARGET, WHEEL_TAG } from "../../worker/build/python-platform.ts";

// Pip's own settings hold, for a user's index: they are of the machine, the user, the environment and the Python that
// runs it, and never of the plugin's folder, nor of the empty one it runs in.

const PIP_MS = 120_000;

const FOR_PLUGINS = ["--ignore-installed", ...PIP_TARGET];

// Pip has an option for what wheels are for, and none for what conditions ask about.
const PIP = `
import runpy, sys
try:
    from pip._vendor.packaging import markers
    markers.default_environment = lambda: dict(${JSON.stringify(MARKERS)})
except ImportError:
    pass
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
`;

export interface PipRun {
  /** An empty folder: pip takes a file that is called like a package for it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs it to its end, or says why it failed, in words for whoever wrote the requirements. */
export function runPip(args: readonly string[], { cwd, env }: PipRun): Promise<Result<null, InstallFailure>> {
  const all = ["-c", PIP, "install", "--quiet", "--no-input", "--disable-pip-version-check", ...FOR_PLUGINS, ...args];
  return new Promise((resolve) => {
    execFile("python3", all, { cwd, env, timeout: PIP_MS, maxBuffer: MAX_OUTPUT_BYTES }, (error, _, stderr) => {
      if (error === null) resolve(ok(null));
      else resolve(fail(error.killed === true ? outOfTime() : explain(stderr || error.message, args)));
    });
  });
}

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

function outOfTime(): InstallFailure {
  return { name: null, message: `Cannot install packages: pip took more than ${PIP_MS} ms, wanted an answer by then` };
}

function explain(said: string, args: readonly string[]): InstallFailure {
  if (/No module named pip|ENOENT/.test(said)) {
    const message = `Cannot install packages: found no pip on this machine ("python3 -m pip"), wanted Python 3 with pip, or the packages' files in the plugin's folder`;
    return { name: null, message };
  }
  const [, wrong] = BAD_REQUIREMENT.exec(said) ?? [];
  if (wrong !== undefined) return explainRequirement(wrong, args);
  const [, missing] = /No matching distribution found for ([\w.-]+)/.exec(said) ?? [];
  const [, needed, by, versions] = /satisfies the requirement ([\w.-]+)[^(\n]*(?:\(from ([\w.-]+)[^)\n]*\) )?\(from versions: ([^)\n]*)\)/.exec(said) ?? []; // prettier-ignore
  const name = missing ?? needed;
  if (name === undefined) return { name: null, message: `Cannot install packages: pip said ${tail(said)}` };
  const wanted = by === undefined || by.startsWith("-") ? name : by;
  if (/connection broken|Failed to establish|name resolution/.test(said)) {
    const message = `Cannot install "${name}": the package index does not answer, wanted a connection to it, or the packages' files in the plugin's folder`;
    return { name: toPackageName(wanted), message };
  }
  const forWhom = wanted === name ? "" : ` (for "${wanted}")`;
  const found =
    versions === undefined || versions === "none"
      ? `found no such package at the package index, or no wheel of it that fits, wanted one in pure Python ("py3-none-any") or one compiled for the Python that plugins run in ("${WHEEL_TAG}")`
      : `found no version that fits, but ${newest(versions)}, wanted one of these`;
  return { name: toPackageName(wanted), message: `Cannot install "${name}"${forWhom}: ${found}` };
}

/** The last line of pip's traceback, or its one line where it makes none; newer ones show the condition below it. */
const BAD_REQUIREMENT =
  /(?:InvalidMarker|UndefinedComparison|UndefinedEnvironmentName|InvalidRequirement|Invalid requirement): ([^\n]+(?:\n +\w[^\n]*)?)/;

function explainRequirement(found: string, args: readonly string[]): InstallFailure {
  const conditional = args.filter((arg) => arg.includes(";"));
  const said = conditional.find((arg) => found.includes(arg.slice(arg.indexOf(";") + 1).trim()));
  const by = said ?? (conditional.length === 1 ? conditional[0] : undefined);
  const name = /^[\w.-]+/.exec(by ?? "")?.[0];
  const message = `Cannot read requirement: pip found ${found.replace(/\n +/, " ").slice(0, MAX_SAID_CHARS)}, wanted a version and a condition that it knows, such as 'humanize==4.9.0 ; python_version >= "3.9"'`;
  return { name: name === undefined ? null : toPackageName(name), message };
}

/** The last of `versions`, each of them whole. */
function newest(versions: string): string {
  const cut = versions.slice(-MAX_SAID_CHARS);
  return cut.length === versions.length ? cut : cut.slice(cut.indexOf(", ") + 2);
}

const MAX_SAID_CHARS = 200;

function tail(said: string): string {
  const lines = said.split("\n").filter((line) => line !== "" && !line.startsWith("WARNING"));
  return lines.slice(-5).join(" ").slice(-600);
}
