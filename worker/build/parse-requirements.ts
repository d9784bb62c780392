// The packages that a requirements.txt asks for, line by line. Only names with versions: a line that names a URL, a path
// or an option could make pip run a stranger's code. Installs nothing.
import { fail, ok, type Result } from "../../schemas/result.ts";
import {
  MAX_BUILD_PROBLEMS,
  MAX_REQUIREMENT_CHARS,
  MAX_REQUIREMENTS_CHARS,
  MAX_REQUIREMENTS_LINES,
} from "../limits.ts";

export interface Requirement {
  /** As the index spells it in URLs: lower case, with hyphens. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** The line as pip reads it, without its comment. */
  readonly text: string;
}

export interface BadRequirement {
  readonly line: number;
  readonly message: string;
}

/** The requirements in `text`, or the lines that are none, as many of them as are shown. */
export function parseRequirements(text: string): Result<readonly Requirement[], readonly BadRequirement[]> {
  if (text.length > MAX_REQUIREMENTS_CHARS) return tooLong(`${text.length} characters`, MAX_REQUIREMENTS_CHARS);
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines.length > MAX_REQUIREMENTS_LINES) return tooLong(`${lines.length} lines`, MAX_REQUIREMENTS_LINES);
  const found: Requirement[] = [];
  const bad: BadRequirement[] = [];
  for (const [index, written] of lines.entries()) {
    const comment = written.search(/(?:^|\s)#/);
    const line = (comment < 0 ? written : written.slice(0, comment)).trim();
    if (line === "") continue;
    const name = line.length <= MAX_REQUIREMENT_CHARS ? nameIn(line) : null;
    if (name !== null) found.push({ name: toPackageName(name), line: index + 1, text: line });
    else {
      const message = `Cannot read requirement ${JSON.stringify(line.slice(0, 100))}: found no plain name, wanted a package of the index with its version, such as "humanize==4.9.0"`;
      bad.push({ line: index + 1, message });
      if (bad.length >= MAX_BUILD_PROBLEMS) break;
    }
  }
  return bad.length > 0 ? fail(bad) : ok(found);
}

function tooLong(found: string, most: number): Result<never, readonly BadRequirement[]> {
  return fail([{ line: 1, message: `Cannot read requirements: found ${found}, wanted at most ${most}` }]);
}

const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?/i;
const EXTRAS = /^\[[a-z0-9._, -]*\]/i;
const VERSION = /^(?:===?|[~!<>]=|[<>]) *[a-z0-9][a-z0-9.*+!_-]*$/i;
/** Printable, and without what shells and files of requirements put values for. */
const CONDITION = /^[^$\\\P{ASCII}\p{Cc}]*$/u;

/** Part by part: one pattern for all of it could read the same line in many ways, and would try each. */
function nameIn(line: string): string | null {
  const semicolon = line.indexOf(";");
  const named = semicolon < 0 ? line : line.slice(0, semicolon);
  const name = NAME.exec(named)?.[0];
  if (name === undefined || !CONDITION.test(line.slice(named.length))) return null;
  const more = named.slice(name.length).trim();
  const versions = more.slice(EXTRAS.exec(more)?.[0].length ?? 0).trim();
  const inside = versions.startsWith("(") && versions.endsWith(")") ? versions.slice(1, -1).trim() : versions;
  return inside === "" || inside.split(",").every((version) => VERSION.test(version.trim())) ? name : null;
}

/** One spelling for all that the index takes for the same name. */
export function toPackageName(name: string): string {
  return name.toLowerCase().replaceAll(/[._-]+/g, "-");
}
