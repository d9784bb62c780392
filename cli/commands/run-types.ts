// The types command: TypeScript types of a project's labels, to a file or to standard output. Where the interface is from,
// and what becomes of it, is in the two rooms it calls.
import { readFile, writeFile } from "node:fs/promises";
import { format } from "prettier";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { readInterfaceFile, readProjectInterface } from "../api/read-interface.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { LABEL_TYPES_MARK, renderLabelTypes, type ProjectInterface } from "../render/label-types.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface TypesFlags extends HostFlags {
  readonly project?: string;
  /** A file, instead of a project. */
  readonly interface?: string;
  /** The file's project is one of videos; a project says so itself. */
  readonly video?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

/** The exit code. */
export async function runTypes(flags: TypesFlags): Promise<number> {
  return sayResult(await writeTypes(flags), flags.json ?? false);
}

async function writeTypes(flags: TypesFlags): Promise<Result<Said, CliFailure>> {
  const read = await readInterface(flags);
  if (!read.ok) return read;
  const jobs = [...read.value.jobs.keys()];
  const { video = read.value.isVideo, out } = flags;
  const rendered = renderLabelTypes({ ...read.value, isVideo: video });
  const formatted = await formatTypes(rendered);
  if (!formatted.ok) return formatted;
  const text = formatted.value;
  if (out === undefined) return ok({ json: { jobs, text }, text: text.trimEnd() });
  const written = await writeOwn(out, text);
  if (!written.ok) return written;
  return ok({ json: { jobs, out }, text: `Wrote "${out}", with the types of ${jobs.length} jobs` });
}

/** In no style of the folder's own: a configuration may be a program. */
async function formatTypes(rendered: string): Promise<Result<string, CliFailure>> {
  try {
    return ok(await format(rendered, { parser: "typescript", printWidth: 120 }));
  } catch (error) {
    return cannot("interface_unusable", `found types of the interface that cannot be formatted: ${String(error)}`);
  }
}

async function readInterface(flags: TypesFlags): Promise<Result<ProjectInterface, CliFailure>> {
  if (flags.interface !== undefined && flags.project === undefined) return readInterfaceFile(flags.interface);
  if (flags.interface !== undefined || flags.project === undefined)
    return cannot(
      "arguments_unclear",
      `found ${flags.project === undefined ? "neither" : "both"}, wanted either --project or --interface`,
    );
  const host = await findHostAccess(flags, "read a project's interface");
  return host.ok ? readProjectInterface(host.value, flags.project) : host;
}

/** Writes the file, unless it is somebody's own. */
async function writeOwn(file: string, text: string): Promise<Result<null, CliFailure>> {
  try {
    const there = await readFile(file, "utf8").catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    });
    if (there !== null && !there.startsWith(LABEL_TYPES_MARK))
      return cannot("out_unusable", `"${file}" is there and was not made by this command, wanted another name`);
    await writeFile(file, text);
    return ok(null);
  } catch (error) {
    return cannot("out_unusable", `found ${errorCode(error)} at "${file}", wanted a file to write to`);
  }
}

function cannot(reason: CliFailure["reason"], why: string) {
  return fail({ reason, message: `Cannot write types: ${why}` } satisfies CliFailure);
}
