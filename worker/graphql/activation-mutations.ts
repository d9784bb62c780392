// Turning plugins on and off per project. Answers only after the inboxes know.
import { setActivation } from "../store/set-activation.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";

interface ActivationArguments {
  readonly where: { readonly pluginName: string; readonly projectId: string };
}

export const activationMutations = {
  activatePluginOnProject: (_: unknown, { where }: ActivationArguments, context: GraphqlContext) =>
    changeActivation(where, true, context),
  deactivatePluginOnProject: (_: unknown, { where }: ActivationArguments, context: GraphqlContext) =>
    changeActivation(where, false, context),
};

async function changeActivation(
  { pluginName, projectId }: ActivationArguments["where"],
  active: boolean,
  { db, env, principal, now, onRegistryChanged }: GraphqlContext,
): Promise<string> {
  const verb = active ? "activate" : "deactivate";
  if (projectId.length < 1 || projectId.length > 256) {
    throw requestError(
      "BAD_USER_INPUT",
      `Cannot ${verb} plugin: projectId has ${projectId.length} characters, wanted 1 to 256`,
    );
  }
  const result = await setActivation(db, { pluginName, projectId, active, now: now(), actor: principal.actor });
  if (!result.ok) {
    throw requestError("NOT_FOUND", `Cannot ${verb} plugin ${JSON.stringify(pluginName)}: none has that name`);
  }
  await onRegistryChanged(env, projectId);
  return `Plugin with name ${pluginName} successfully ${verb}d`;
}
