// TypeScript and JavaScript: bundled into one module, checked and metered.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, type Result } from "../../schemas/result.ts";
import { bundlePlugin } from "./bundle-plugin.ts";
import { compileBundle } from "./compile-bundle.ts";
import type { Compiled, LanguageSource } from "./language.ts";
import { topProblem } from "./top-problem.ts";

/** Compiles a plugin whose main file is a script. */
export async function compileScript(source: LanguageSource): Promise<Result<Compiled, BuildProblem[]>> {
  const { main, events, problemAtEvent, problemAtMain } = source;
  const bundle = await bundlePlugin(source);
  const text = (await source.readText(main)) ?? "";
  const problemAtTop = (message: string): BuildProblem => topProblem(main, text, message);
  const compiled = bundle.ok ? compileBundle({ ...bundle.value, main, events, problemAtTop, problemAtEvent }) : bundle;
  if (compiled.ok) return compiled;
  // What has no place in any source is about the main file itself.
  return fail(compiled.failure.map((problem) => (problem.line === null ? problemAtMain(problem.message) : problem)));
}
