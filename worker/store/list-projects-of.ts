// Which inboxes must hear of a change to a plugin. Does not tell them.

/** Projects that have an inbox and a say on the plugin: an activation row of their own, or one for "*". */
export async function listProjectsOf(db: D1Database, pluginName: string): Promise<string[]> {
  const query = `SELECT projects.id FROM projects WHERE EXISTS (
    SELECT 1 FROM activations JOIN plugins ON plugins.id = activations.plugin_id
    WHERE plugins.name = ?1 AND plugins.archived_at IS NULL AND activations.project_id IN (projects.id, '*'))`;
  const { results } = await db.prepare(query).bind(pluginName).all<{ id: string }>();
  return results.map((row) => row.id);
}
