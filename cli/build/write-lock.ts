// Writes a plugin's requirements.lock beside its requirements.txt, all of it or nothing, and through no link: a rename
// replaces what has the name, whatever it points to.
import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, type Result } from "../../schemas/result.ts";
import type { InstallFailure } from "../../worker/build/language.ts";
import { LOCK_FILE } from "../../worker/build/python-packages.ts";

/** Null once it is written. */
export async function writeLock(folder: string, lock: string): Promise<Result<never, InstallFailure> | null> {
  const draft = join(folder, `.${LOCK_FILE}.${randomUUID()}`);
  try {
    await writeFile(draft, lock, { flag: "wx" });
    await rename(draft, join(folder, LOCK_FILE));
    return null;
  } catch (error) {
    await rm(draft, { force: true });
    const found = error instanceof Error ? error.message : String(error);
    const message = `Cannot write ${LOCK_FILE}: ${found}, wanted a folder that may be written, or the lock of an earlier build in it`;
    return fail({ name: null, message });
  }
}
