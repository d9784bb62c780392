// The archive that is to be built: of those that came for a plugin, the last one.
import { and, desc, eq, isNotNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { UploadRow } from "./create-upload.ts";
import { uploads } from "./registry-schema.ts";

/** The archive that came last for a plugin; null if none did. */
export async function findReceivedUpload(db: D1Database, pluginName: string): Promise<UploadRow | null> {
  const [upload] = await drizzle(db)
    .select()
    .from(uploads)
    .where(and(eq(uploads.pluginName, pluginName), isNotNull(uploads.receivedAt)))
    .orderBy(desc(uploads.receivedAt), desc(uploads.createdAt))
    .limit(1);
  return upload ?? null;
}
