// A plugin as a whole: an older version of it again, or none of it any more. Answers only after the inboxes know.
import { archivePlugin } from "../store/archive-plugin.ts";
import { findPlugin } from "../store/find-plugin.ts";
import { listProjectsOf } from "../store/list-projects-of.ts";
import { rollBack } from "../store/roll-back.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { unknownPluginError } from "./plugin-errors.ts";
import { requestError } from "./request-error.ts";

interface DeleteArguments {
  readonly where: { readonly pluginName: string };
}

interface RollbackArguments {
  readonly data: { readonly pluginName: string; readonly versionId: string };
}

export const pluginMutations = {
  deletePlugin: async (_: unknown, { where: { pluginName } }: DeleteArguments, context: GraphqlContext) => {
    const { db, now, principal } = context;
    const plugin = await findPlugin(db, pluginName);
    if (plugin === null) throw unknownPluginError("delete", pluginName);
    // Afterwards nothing says where it was active.
    const projects = await listProjectsOf(db, pluginName);
    await archivePlugin(db, { pluginId: plugin.id, now: now(), actor: principal.actor });
    await tell(projects, context);
    return `Plugin with name ${pluginName} successfully deleted`;
  },

  rollbackPlugin: async (_: unknown, { data }: RollbackArguments, context: GraphqlContext) => {
    const { db, now, principal } = context;
    const { pluginName, versionId } = data;
    if ((await findPlugin(db, pluginName)) === null) throw unknownPluginError("roll back", pluginName);
    const rolledBack = await rollBack(db, { pluginName, versionId, now: now(), actor: principal.actor });
    if (!rolledBack.ok) {
      const cannot = `Cannot roll back plugin ${JSON.stringify(pluginName)}`;
      throw rolledBack.failure === "busy"
        ? requestError("BAD_USER_INPUT", `${cannot}: it is being built, wanted that to be over`)
        : requestError(
            "NOT_FOUND",
            `${cannot}: it has no version ${JSON.stringify(versionId)}, wanted one that is kept`,
          );
    }
    await tell(await listProjectsOf(db, pluginName), context);
    return `Plugin with name ${pluginName} successfully rolled back to version ${rolledBack.value.version}`;
  },
};

async function tell(projectIds: readonly string[], { env, onRegistryChanged }: GraphqlContext): Promise<void> {
  await Promise.all(projectIds.map((projectId) => onRegistryChanged(env, projectId)));
}
