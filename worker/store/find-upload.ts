// One upload URL by what it can be known by.
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { UploadRow } from "./create-upload.ts";
import { uploads } from "./registry-schema.ts";

/** The upload whose secret has this hash; null if there is none. */
export async function findUpload(db: D1Database, id: string): Promise<UploadRow | null> {
  const [upload] = await drizzle(db).select().from(uploads).where(eq(uploads.id, id));
  return upload ?? null;
}
