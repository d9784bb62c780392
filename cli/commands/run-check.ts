// The check command: what an author should know of a plugin before a host does. What is checked is
// cli/build/check-plugins.ts's business.
import { join } from "node:path";
import { styleText } from "node:util";
import { ok } from "../../schemas/result.ts";
import { formatProblem } from "../../worker/build/format-problem.ts";
import { listPluginFolders } from "../build/build-plugins.ts";
import { checkPlugins, type CheckedPlugin } from "../build/check-plugins.ts";
import { sayResult } from "../say-result.ts";

export interface CheckFlags {
  readonly root: string;
  /** Without any, all of the project's. */
  readonly folders: readonly string[];
  readonly json?: boolean;
}

/** Checks the plugins and says what is wrong; the answer is the exit code: 1 when something is. */
export async function runCheck({ root, folders, json = false }: CheckFlags): Promise<number> {
  const wanted = folders.length > 0 ? folders : await listPluginFolders(join(root, "plugins"));
  const checked = await checkPlugins(root, wanted, process.cwd());
  const exitCode = checked.every(isWell) ? 0 : 1;
  return sayResult(ok({ json: checked, text: checked.map(render).join("\n"), exitCode }), json);
}

const NO_REASON = "Cannot build plugin: found a build that failed without a problem, wanted one that says why";

/** A plugin that did not build is not well, whether or not its build says why. */
function isWell({ version, problems }: CheckedPlugin): boolean {
  return version !== null && problems.length === 0;
}

function render(plugin: CheckedPlugin): string {
  const { name, version, handlers, problems, isLocked } = plugin;
  const title = version === null ? name : `${name} ${version}`;
  const lock = isLocked ? "" : `\n  no requirements.lock of its requirements yet: "kili-edge push" writes it`;
  if (isWell(plugin)) return `${styleText("green", "✔")} ${title}: ${handlers.join(", ")}${lock}`;
  const why = problems.length === 0 ? [NO_REASON] : problems.map(formatProblem);
  return [`${styleText("red", "✖")} ${title}\n`, ...why.map((each) => `${each}\n`)].join("\n");
}
