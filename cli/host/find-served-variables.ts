// The variables of a host that serves: from the environment, or from a file that only its owner can read. Nothing is
// ever made up: a secret made at a start would lock everybody out at the next.
import { stat } from "node:fs/promises";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { hostVariables } from "./host-variables.ts";
import { readDevVars } from "./read-dev-vars.ts";
import type { FoundVariables } from "./start.ts";

const REQUIRED = ["WEBHOOK_SECRET", "ADMIN_API_KEY", "STORE_SECRET"];
/** What 128 random bits take in base64; shorter ones can be guessed. */
const MIN_SECRET_CHARS = 22;
const OTHERS_MAY = 0o077;

/** The variables of the environment, and of `file` if one is given; what both have is the file's. */
export async function findServedVariables(
  environment: NodeJS.ProcessEnv,
  file: string | null,
): Promise<Result<FoundVariables, CliFailure>> {
  const fromFile = file === null ? ok({}) : await readSecretsFile(file);
  if (!fromFile.ok) return fromFile;
  const values = hostVariables({ ...environment, ...fromFile.value });
  const where = file === null ? "in the environment" : `in the environment or "${file}"`;
  const missing = REQUIRED.filter((name) => (values[name] ?? "").trim() === "");
  if (missing.length > 0) return unusable(`no ${missing.join(", no ")} ${where}`, "each of them set");
  const short = REQUIRED.filter((name) => longestOf(values[name]) < MIN_SECRET_CHARS);
  if (short.length > 0) {
    return unusable(
      `${short.join(" and ")} shorter than ${MIN_SECRET_CHARS} characters`,
      "long random texts, as `openssl rand -base64 32` makes them",
    );
  }
  return ok({ values, madeUp: [] });
}

async function readSecretsFile(file: string): Promise<Result<Record<string, string>, CliFailure>> {
  try {
    const { mode } = await stat(file);
    if ((mode & OTHERS_MAY) !== 0) return unusable(`others may read "${file}"`, `chmod 600 "${file}"`);
  } catch (error) {
    return unusable(`"${file}": ${errorCode(error)}`, "a file of NAME=value lines");
  }
  const read = await readDevVars(file);
  return read.ok ? ok(read.value ?? {}) : read;
}

/** Several secrets may be listed while one is being rotated out: the newest has to be long, old ones are on their way. */
function longestOf(secrets: string | undefined): number {
  return Math.max(...(secrets ?? "").split(",").map((secret) => secret.trim().length));
}

function unusable(found: string, wanted: string) {
  return fail({
    reason: "secrets_unusable",
    message: `Cannot serve: ${found}, wanted ${wanted}`,
  } satisfies CliFailure);
}
