// A build problem as people read it in a terminal. Machines read the BuildProblem itself.
import type { BuildProblem } from "../../schemas/artifact.ts";

/** `plugins/x/main.ts:12:5: message`, with the code frame under it. */
export function formatProblem({ file, line, column, message, frame }: BuildProblem): string {
  const place = [file, line, column].filter((part) => part !== null).join(":");
  return frame === null ? `${place}: ${message}` : `${place}: ${message}\n${frame}`;
}
