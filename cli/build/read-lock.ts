// The text of a plugin's requirements.lock, if that is a file to be read. What stands in it is parse-lock.ts's business.
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { InstallFailure } from "../../worker/build/language.ts";
import { LOCK_FILE } from "../../worker/build/python-packages.ts";

const MAX_LOCK_BYTES = 256 * 1024;

/** The lock in `folder`; null if there is none. A link is not followed: the folder may come from anybody. */
export async function readLock(folder: string): Promise<Result<string | null, InstallFailure>> {
  const file = join(folder, LOCK_FILE);
  const found = await lstat(file).catch(() => null);
  if (found === null) return ok(null);
  if (found.isFile() && found.size <= MAX_LOCK_BYTES) return ok(await readFile(file, "utf8"));
  const what = found.isFile() ? `${found.size} bytes` : "something else than a file";
  const wanted = `a plain file of at most ${MAX_LOCK_BYTES} bytes, or none, which has it written anew`;
  return fail({ name: null, lockLine: null, message: `Cannot read ${LOCK_FILE}: found ${what}, wanted ${wanted}` });
}
