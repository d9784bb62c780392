// The code of one version, for the isolate that is to run it.
import { readChunks } from "./read-chunks.ts";

/** The artifact's module; null when no version with this hash was recorded. */
export async function readArtifact(db: D1Database, hash: string): Promise<{ readonly code: string } | null> {
  const code = await readChunks(db, hash, "code");
  return code === null ? null : { code };
}
