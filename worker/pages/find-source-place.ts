// Where in its author's files a failed run went wrong, out of what the outcome says. A stack is the plugin's own word:
// the place may be made up, and is good for nothing but to show a line.
import type { SourcePosition } from "../../schemas/run.ts";
import type { RunOutcomeAnswer } from "../graphql/to-run-outcome.ts";

/** `    at name (file:1:2)`, as stacks that were led back to the author's files have it. */
const SCRIPT_FRAME = /^ {4}at (?:.*? \()?([^()\n]+):(\d{1,7}):(\d{1,7})\)?$/m;
/** `  File "main.py", line 1, in name`, of a file that is not Python's own. */
const PYTHON_FRAME = /^ {2}File "([^"/\n][^"\n]*)", line (\d{1,7})/gm;

/** The innermost place, or null where none is told. */
export function findSourcePlace({ where, stack }: Pick<RunOutcomeAnswer, "stack" | "where">): SourcePosition | null {
  if (where) return where;
  if (!stack) return null;
  // Python tells the innermost frame last.
  const [, pythonFile, pythonLine] = [...stack.matchAll(PYTHON_FRAME)].at(-1) ?? [];
  if (pythonFile !== undefined) return { file: pythonFile, line: Number(pythonLine), column: 1 };
  const [, file, line, column] = SCRIPT_FRAME.exec(stack) ?? [];
  return file === undefined ? null : { file, line: Number(line), column: Number(column) };
}
