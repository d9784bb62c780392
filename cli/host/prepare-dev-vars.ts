// .dev.vars: the host's secrets and variables on this machine, shared with `wrangler dev`. What is missing
// is made up and added; what is there is never changed and never printed.
import { appendFile, chmod, readFile } from "node:fs/promises";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { readDevVars } from "./read-dev-vars.ts";

const SECRET_BYTES = 32;

export interface DevVars {
  readonly values: Readonly<Record<string, string>>;
  /** Names that were added just now. */
  readonly added: readonly string[];
}

/** Reads `.dev.vars` and adds the secrets a host cannot do without. */
export async function prepareDevVars(
  file: string,
  randomBytes: (count: number) => Buffer,
): Promise<Result<DevVars, CliFailure>> {
  const read = await readDevVars(file);
  if (!read.ok) return read;
  const found = read.value ?? {};

  const wanted: Record<string, string> = {
    WEBHOOK_SECRET: randomBytes(SECRET_BYTES).toString("base64url"),
    ADMIN_API_KEY: randomBytes(SECRET_BYTES).toString("base64url"),
    STORE_SECRET: randomBytes(SECRET_BYTES).toString("base64url"),
    ENVIRONMENT: "development",
  };
  const added = Object.keys(wanted).filter((name) => found[name] === undefined);
  if (added.length > 0) {
    try {
      await appendFile(file, await textToAppend(file, read.value === null, added, wanted), { mode: 0o600 });
      await chmod(file, 0o600);
    } catch (error) {
      return fail({
        reason: "dev_vars_unusable",
        message: `Cannot write "${file}": ${errorCode(error)}, wanted a file that can be written`,
      });
    }
  }
  const missing = Object.fromEntries(added.map((name) => [name, wanted[name] ?? ""]));
  return ok({ values: { ...found, ...missing }, added });
}

async function textToAppend(
  file: string,
  isNew: boolean,
  added: readonly string[],
  values: Record<string, string>,
): Promise<string> {
  const lines = added.map((name) => `${name}=${values[name] ?? ""}\n`).join("");
  if (isNew) return `# Secrets and variables of this machine's host; git ignores this file.\n${lines}`;
  return (await readFile(file, "utf8")).endsWith("\n") ? lines : `\n${lines}`;
}
