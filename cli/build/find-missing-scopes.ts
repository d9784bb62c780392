// Calls of the Kili client, in a plugin that builds, whose scope its manifest does not have: the host would refuse them.
// It sees calls as `kili.method(…)` or `kili.things.method(…)`, whatever `kili` is reached through, and none that are made
// in another way.
import { parser } from "@lezer/python";
import { full } from "acorn-walk";
import * as v from "valibot";
import type { Artifact, BuildProblem } from "../../schemas/artifact.ts";
import { PYTHON_METHOD_SCOPES } from "../../worker/build/infer-kili-scopes.ts";
import { parseBundle } from "../../worker/build/parse-bundle.ts";
import { placeProblem } from "../../worker/build/place-problem.ts";
import { KILI_METHOD_SCOPES } from "./kili-method-scopes.ts";

interface Call {
  readonly method: string;
  readonly problemWith: (message: string) => BuildProblem;
}

type Scopes = Readonly<Record<string, readonly string[]>>;

/**
 * One problem for each scope that is missing, at the first call that needs it. `folder` is how files are named.
 * There are no frames.
 */
export function findMissingScopes(artifact: Artifact, folder: string): BuildProblem[] {
  const isPython = artifact.manifest.main.endsWith(".py");
  const calls = isPython ? pythonCalls(artifact.code, folder) : scriptCalls(artifact);
  const scopesOf: Scopes = isPython ? PYTHON_METHOD_SCOPES : KILI_METHOD_SCOPES;
  const has = new Set<string>(artifact.manifest.permissions.kili);
  const problems: BuildProblem[] = [];
  for (const { method, problemWith } of calls) {
    for (const scope of Object.hasOwn(scopesOf, method) ? (scopesOf[method] ?? []) : []) {
      if (has.has(scope) || has.has(scope.replace(/:.*/, ":*"))) continue;
      has.add(scope);
      const message = `Cannot call "kili.${method}": found no "${scope}" in [permissions] kili of plugin.toml, wanted it there`;
      problems.push(problemWith(message));
    }
  }
  return problems;
}

function scriptCalls({ code, sourceMap }: Artifact): Call[] {
  const problemAt = placeProblem(sourceMap);
  const calls: { readonly at: number; readonly call: Call }[] = [];
  full(parseBundle(code), (node) => {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return;
    const { object, property, computed } = node.callee;
    const client = object.type === "MemberExpression" && !object.computed ? object.property : object;
    if (client.type !== "Identifier" || client.name !== "kili") return;
    const place = property.loc?.start;
    if (computed || property.type !== "Identifier" || place === undefined) return;
    const call = { method: property.name, problemWith: (message: string) => problemAt(place, message) };
    calls.push({ at: property.start, call });
  });
  return calls.sort((a, b) => a.at - b.at).map(({ call }) => call);
}

const PythonBundleSchema = v.object({ files: v.record(v.string(), v.string()) });

function pythonCalls(code: string, folder: string): Call[] {
  const { files } = v.parse(PythonBundleSchema, JSON.parse(code));
  return Object.entries(files).flatMap(([name, text]) =>
    name.endsWith(".py") ? callsInPython(text, folder === "" ? name : `${folder}/${name}`) : [],
  );
}

function callsInPython(text: string, file: string): Call[] {
  const calls: Call[] = [];
  parser.parse(text).iterate({
    enter({ node }) {
      const callee = node.name === "CallExpression" ? node.firstChild : null;
      const property = callee?.name === "MemberExpression" ? callee.lastChild : null;
      if (!callee || property?.name !== "PropertyName") return;
      const chain = text.slice(callee.from, callee.to).split(/\s*\.\s*/);
      const client = chain.lastIndexOf("kili", -2);
      if (client === -1) return;
      const method = chain.slice(client + 1).join(".");
      const before = text.slice(0, property.from).split("\n");
      const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
      calls.push({ method, problemWith: (message) => ({ file, ...place, message, frame: null }) });
    },
  });
  return calls;
}
