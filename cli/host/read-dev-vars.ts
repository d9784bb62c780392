// Reads .dev.vars as wrangler does, but says what it cannot use. It writes nothing and quotes no value.
import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";

/** The file's name, beside wrangler.toml, where wrangler looks for it. */
export const DEV_VARS_FILE = ".dev.vars";

/** The variables in `.dev.vars`, or null where there is no such file. */
export async function readDevVars(file: string): Promise<Result<Record<string, string> | null, CliFailure>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return ok(null);
    return unusable(file, errorCode(error), "a text file of NAME=value lines");
  }
  const stray = findStrayLine(text);
  if (stray !== null) {
    // The line itself may hold half a secret: name its number only.
    return unusable(file, `line ${stray} is not NAME=value`, "NAME=value lines, blank lines or # comments");
  }
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text))) if (value !== undefined) values[name] = value;
  for (const name of ["WEBHOOK_SECRET", "ADMIN_API_KEY"]) {
    if (values[name]?.trim() === "") {
      return unusable(file, `${name} is empty`, "a value, or no such line, to have one made at start");
    }
  }
  return ok(values);
}

function findStrayLine(text: string): number | null {
  // Quoted values may span lines; blanked out, they leave every line number as it was.
  const singleLine = text.replace(/(=\s*)(["'`])([^]*?)\2/g, (whole: string, equals: string) =>
    equals.concat(whole.slice(equals.length).replace(/[^\n]/g, "_").replace(/\n/g, "\n#")),
  );
  const index = singleLine
    .split("\n")
    .findIndex((line) => !/^\s*(?:#.*|(?:export\s+)?[A-Za-z_][\w.-]*\s*=.*)?\s*$/.test(line));
  return index === -1 ? null : index + 1;
}

function unusable(file: string, found: string, wanted: string) {
  return fail({
    reason: "dev_vars_unusable",
    message: `Cannot read "${file}": ${found}, wanted ${wanted}`,
  } satisfies CliFailure);
}
