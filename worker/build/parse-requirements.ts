// The packages that a requirements.txt asks for, line by line. Only names with versions: a line that names a URL, a path
// or an option could make pip run a stranger's code. Installs nothing.
import { fail, ok, type Result } from "../../schemas/result.ts";

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

const REQUIREMENT =
  /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?) *(?:\[[a-z0-9._, -]*\])? *(?:\(?(?:[<>=!~]{1,3} *[a-z0-9.*+!_-]+ *,? *)*\)?) *(?:;[^$\\]*)?$/i;

/** The requirements in `text`, or each line that is none. */
export function parseRequirements(text: string): Result<readonly Requirement[], readonly BadRequirement[]> {
  const found: Requirement[] = [];
  const bad: BadRequirement[] = [];
  for (const [index, written] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = written.replace(/(?:^|\s)#.*$/, "").trim();
    if (line === "") continue;
    const name = line.length <= MAX_LINE_CHARS ? REQUIREMENT.exec(line)?.[1] : undefined;
    if (name !== undefined) found.push({ name: toPackageName(name), line: index + 1, text: line });
    else {
      const message = `Cannot read requirement ${JSON.stringify(line.slice(0, 100))}: found no plain name, wanted a package of the index with its version, such as "humanize==4.9.0"`;
      bad.push({ line: index + 1, message });
    }
  }
  return bad.length > 0 ? fail(bad) : ok(found);
}

const MAX_LINE_CHARS = 500;

/** One spelling for all that the index takes for the same name. */
export function toPackageName(name: string): string {
  return name.toLowerCase().replaceAll(/[._-]+/g, "-");
}
