// Which Kili projects have an inbox.
import { asc } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { projects } from "./registry-schema.ts";

/** Ids of all projects an event ever came from, in order of their ids. */
export async function listProjects(db: D1Database): Promise<string[]> {
  const rows = await drizzle(db).select({ id: projects.id }).from(projects).orderBy(asc(projects.id));
  return rows.map((row) => row.id);
}
