// requirements.lock, which may come from anybody with the plugin: pip would take options, paths and URLs from it, and run
// what lies there. So nothing but names, versions and hashes is read, and pip is handed those, never the file.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { InstallFailure } from "../../worker/build/language.ts";
import { LOCK_FILE } from "../../worker/build/python-packages.ts";

/** A name that pip takes for no option, a version, and a hash. */
const PINNED = /^[A-Za-z0-9][\w.-]*==\w[\w.!+-]* --hash=sha256:[0-9a-f]{64}$/;

/**
 * The pinned packages of a lock, one per line. Null if its first line is not `head`: then it is the lock of other
 * requirements.
 */
export function parseLock(text: string, head: string): Result<readonly string[] | null, InstallFailure> {
  const [first, ...lines] = text.split(/\r?\n/);
  if (first !== head) return ok(null);
  if (lines.at(-1) === "") lines.pop();
  const wrong = lines.findIndex((line) => !PINNED.test(line));
  if (wrong < 0) return ok(lines);
  const found = JSON.stringify(lines[wrong]?.slice(0, 100));
  const message = `Cannot read ${LOCK_FILE}: found ${found}, wanted a name with its version and hash, as kili-edge writes it; delete the file to have it written anew`;
  return fail({ name: null, lockLine: wrong + 2, message });
}
