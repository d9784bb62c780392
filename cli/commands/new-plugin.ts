// A plugin's folder to begin with, out of one of the project's own examples, or a server for a webhook. It builds nothing
// and never writes into a folder that is there.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { replaceTomlValue } from "../api/replace-toml-value.ts";
import { TEMPLATES, type Template } from "./templates.ts";

export interface NewPlugin {
  readonly root: string;
  readonly name: string;
  readonly template: Template;
  /** The folder to make the plugin's own in; by default the project's plugins. */
  readonly into?: string;
  /** A Kili project it is to run on. */
  readonly project?: string;
}

/** Makes the folder; the answer is its path and the files in it. */
export async function newPlugin(
  wanted: NewPlugin,
): Promise<Result<{ folder: string; files: readonly string[] }, CliFailure>> {
  const { root, name, template } = wanted;
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    return failed(name, "arguments_unclear", "not a name", "lower-case letters, digits and dashes, a letter first");
  }
  const folder = resolve(wanted.into ?? join(root, "plugins"), name);
  const source = join(root, TEMPLATES[template]);
  const entries = (await readdir(source, { withFileTypes: true })).filter((entry) => entry.isFile());
  // A test is named like its plugin.
  const files = entries.map((entry) => ({ from: entry.name, to: entry.name.replace(basename(source), name) }));
  try {
    await mkdir(resolve(folder, ".."), { recursive: true });
    await mkdir(folder);
    for (const { from, to } of files) {
      const text = await readFile(join(source, from), "utf8");
      await writeFile(join(folder, to), from === "plugin.toml" ? toManifest(text, folder, wanted) : text);
    }
  } catch (error) {
    const code = errorCode(error);
    // Something else than the folder itself is in the way of the folders above it.
    const isThere = code === "EEXIST" && (error as { readonly path?: string }).path === folder;
    const found = isThere ? `"${folder}" is there already` : `"${folder}" cannot be written (${code})`;
    return failed(name, "folder_unusable", found, "a folder that can be made: give another name or --into");
  }
  return ok({ folder, files: files.map(({ to }) => to) });
}

function toManifest(text: string, folder: string, { root, name, project }: NewPlugin): string {
  const schema = relative(folder, join(root, "schemas", "plugin.schema.json")).replaceAll(sep, "/");
  const projects = JSON.stringify(project === undefined ? [] : [project]);
  const named = replaceTomlValue(text, ["name"], JSON.stringify(name)).replace(/^#:schema .*/, `#:schema ${schema}`);
  return replaceTomlValue(named, ["projects"], projects);
}

function failed(name: string, reason: CliFailure["reason"], found: string, wanted: string) {
  return fail({ reason, message: `Cannot make "${name}": ${found}, wanted ${wanted}` } satisfies CliFailure);
}
