// Code or source map of a version, put together from the rows it was cut into.
import { and, asc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { artifactChunks } from "./registry-schema.ts";

/** The whole text of one part of an artifact; null when the artifact was never recorded. */
export async function readChunks(db: D1Database, hash: string, part: "code" | "map"): Promise<string | null> {
  const chunks = await drizzle(db)
    .select({ content: artifactChunks.content })
    .from(artifactChunks)
    .where(and(eq(artifactChunks.hash, hash), eq(artifactChunks.part, part)))
    .orderBy(asc(artifactChunks.position));
  return chunks.length === 0 ? null : chunks.map((chunk) => chunk.content).join("");
}
