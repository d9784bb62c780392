// A build problem at the top of a file, for what the file lacks altogether.
import type { BuildProblem } from "../../schemas/artifact.ts";
import { codeFrame } from "./code-frame.ts";

/** A problem at the first character of `file`, whose text is `text`. */
export function topProblem(file: string, text: string, message: string): BuildProblem {
  return { file, line: 1, column: 1, message, frame: codeFrame(text, 1, 1) };
}
