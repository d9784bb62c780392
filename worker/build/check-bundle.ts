// Checks that a bundle reaches for nothing outside of itself: what stays in it after bundling is resolved inside the
// isolate, beside the host's own modules. Does not look at handlers.
import type { AnyNode, Program } from "acorn";
import { full } from "acorn-walk";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { MAX_BUILD_PROBLEMS } from "../limits.ts";
import { SDK_SPECIFIER } from "./bundle-plugin.ts";
import type { PlaceProblem } from "./place-problem.ts";

/** Imports that remain besides the SDK's, and uses of `import.meta`; the first ones. Needs a program with locations. */
export function checkBundle(program: Program, problemAt: PlaceProblem): BuildProblem[] {
  const problems: BuildProblem[] = [];
  full(program, (node) => {
    // Finding a place among the sources takes its time.
    if (problems.length >= MAX_BUILD_PROBLEMS) return;
    const message = messageFor(node);
    if (message !== null && node.loc) problems.push(problemAt(node.loc.start, message));
  });
  return problems;
}

function messageFor(node: AnyNode): string | null {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration": {
      const name = node.source?.value;
      if (name === undefined || name === SDK_SPECIFIER) return null;
      return `Cannot import ${JSON.stringify(name)}: found it outside of the bundle, wanted a file of the plugin or an installed package`;
    }
    case "ImportExpression":
      return "Cannot import at run time: found import() of a name that the build cannot follow, wanted the name as a literal string";
    case "MetaProperty":
      if (node.meta.name !== "import") return null;
      return "Cannot use import.meta: a plugin runs as one module without a place of its own, wanted constants or [config]";
    default:
      return null;
  }
}
