// Where an uploaded plugin says what it is: in plugin.toml, in a block inside its main file, or nowhere, and then the
// upload's own words are all there is. Checks nothing.
import type { BuildProblem } from "../../schemas/artifact.ts";
import type { UploadFacts } from "../../schemas/upload.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_PYTHON_CHARS } from "../limits.ts";
import { inferKiliScopes } from "./infer-kili-scopes.ts";
import { inlineManifest } from "./inline-manifest.ts";
import { parseToml, type TomlTable } from "./parse-toml.ts";
import { PACKAGES_FOLDER } from "./python-packages.ts";

export interface FoundManifest {
  /** The file it stands in. */
  readonly file: string;
  /** TOML at the places it has in that file; empty if there is none. */
  readonly text: string;
  /** What holds where the text is silent. Permissions must be written, but for what Kili's own plugins do at Kili. */
  readonly defaults: TomlTable;
}

const MANIFEST_FILE = "plugin.toml";
/** Where people look for what the plugin is, they are to see where its permissions are from. */
const INFERRED = "Came without permissions: those it has are what its code calls for.";
const MAIN_FILES = ["main.ts", "main.js", "main.mjs", "main.py"];

/** The manifest of the plugin in `files`, texts by path. */
export function findManifest(
  files: ReadonlyMap<string, string>,
  facts: UploadFacts,
): Result<FoundManifest, BuildProblem[]> {
  const text = files.get(MANIFEST_FILE);
  if (text !== undefined) return ok({ file: MANIFEST_FILE, text, defaults: {} });
  const mains = MAIN_FILES.filter((name) => files.has(name));
  const [main] = mains;
  if (main === undefined || mains.length > 1) {
    const found = main === undefined ? "nothing to start from" : mains.join(" and ");
    const message = `Cannot find plugin: found ${found}, wanted ${MANIFEST_FILE} or one of ${MAIN_FILES.join(", ")}`;
    return fail([{ file: MANIFEST_FILE, line: null, column: null, message, frame: null }]);
  }
  const events = [...facts.handlerTypes, ...facts.eventMatcher];
  const defaults: TomlTable = {
    manifest_version: 1,
    name: facts.pluginName,
    version: "0.0.0",
    main,
    ...(events.length === 0 ? {} : { events }),
  };
  const block = inlineManifest(files.get(main) ?? "") ?? "";
  const written = parseToml(block, main);
  // Where the block names projects, the plugin runs at once, before anybody has seen what was inferred.
  const isOpen = written.ok && !("permissions" in written.value.table) && !("projects" in written.value.table);
  const inferred = isOpen &&
    main.endsWith(".py") &&
    facts.infersScopes !== false && { description: INFERRED, permissions: { kili: inferKiliScopes(pythonIn(files)) } };
  return ok({ file: main, text: block, defaults: { ...defaults, ...inferred } });
}

/** The plugin's own Python files; none where they are more than is built anyway. Its packages speak of other things. */
function pythonIn(files: ReadonlyMap<string, string>): string[] {
  const texts = [...files].flatMap(([name, text]) => (isOwnPython(name) ? [text] : []));
  return texts.reduce((sum, text) => sum + text.length, 0) <= MAX_PYTHON_CHARS ? texts : [];
}

function isOwnPython(name: string): boolean {
  return name.endsWith(".py") && !name.startsWith(`${PACKAGES_FOLDER}/`);
}
