// A plugin's bundle, checked and metered: what is left to do once its files are one. Finds and reads no files.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_BUNDLE_CHARS } from "../limits.ts";
import type { PluginBundle } from "./bundle-plugin.ts";
import { checkBundle } from "./check-bundle.ts";
import { checkHandlers, type HandlerCheck } from "./check-handlers.ts";
import type { Compiled } from "./language.ts";
import { meterBundle } from "./meter-bundle.ts";
import { parseBundle } from "./parse-bundle.ts";
import { placeProblem } from "./place-problem.ts";

/** Checks `code` against what a plugin may import and what its manifest's events need, and meters it. */
export function compileBundle(
  bundle: PluginBundle & Pick<HandlerCheck, "main" | "events" | "problemAtTop" | "problemAtEvent">,
): Result<Compiled, BuildProblem[]> {
  const { code, sourceMap, main, events, problemAtTop, problemAtEvent } = bundle;
  if (code.length > MAX_BUNDLE_CHARS) {
    const message = `Cannot meter bundle: found ${code.length} characters, wanted at most ${MAX_BUNDLE_CHARS}`;
    return fail([{ file: main, line: null, column: null, message, frame: null }]);
  }
  try {
    const program = parseBundle(code);
    const problemAt = placeProblem(sourceMap);
    const outside = checkBundle(program, problemAt);
    const handlers = checkHandlers({ program, events, main, problemAt, problemAtTop, problemAtEvent });
    if (!handlers.ok) return fail([...outside, ...handlers.failure]);
    if (outside.length > 0) return fail(outside);
    return ok({ handlers: handlers.value, ...meterBundle(code, sourceMap) });
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === null) throw error;
    return fail([{ file: main, line: null, column: null, message: `Cannot meter bundle: ${why}`, frame: null }]);
  }
}

/** What only the bundler could read: syntax newer than the metering knows, or nesting deeper than its stack. */
function whyUnreadable(error: unknown): string | null {
  if (error instanceof SyntaxError) return `${error.message}, wanted syntax up to ES2024`;
  return error instanceof RangeError ? "found code nested too deeply, wanted it in smaller expressions" : null;
}
