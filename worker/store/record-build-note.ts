// A line among a plugin's build errors that is no error itself.

/** Adds the line under the errors of the build that ended at `now`. */
export async function recordBuildNote(
  db: D1Database,
  { name, message, now }: { readonly name: string; readonly message: string; readonly now: number },
): Promise<void> {
  await db
    .prepare("INSERT INTO build_errors (plugin_name, file, message, created_at) VALUES (?1, NULL, ?2, ?3)")
    .bind(name, message, now)
    .run();
}
