// Turning plugins on and off per project, and letting them run without effect. Answers only after the inboxes know.
import type { ActivationMode } from "../../schemas/mode.ts";
import { setActivation } from "../store/set-activation.ts";
import type { ActivationRow } from "../store/list-activations.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";

interface ActivationArguments {
  readonly where: { readonly pluginName: string; readonly projectId: string };
}

interface ModeArguments extends ActivationArguments {
  readonly mode: ActivationMode;
}

const DONE: Readonly<Record<ActivationMode, string>> = {
  live: "activated",
  shadow: "put in shadow",
  off: "deactivated",
};

export const activationMutations = {
  activatePluginOnProject: (_: unknown, { where }: ActivationArguments, context: GraphqlContext) =>
    changeActivation(where, "live", "activate", context),
  deactivatePluginOnProject: (_: unknown, { where }: ActivationArguments, context: GraphqlContext) =>
    changeActivation(where, "off", "deactivate", context),
  setActivationMode: (_: unknown, { where, mode }: ModeArguments, context: GraphqlContext) =>
    changeActivation(where, mode, "set the mode of", context),
};

export const activationFields = {
  mode: ({ active, shadow }: ActivationRow): ActivationMode => (!active ? "off" : shadow ? "shadow" : "live"),
};

async function changeActivation(
  { pluginName, projectId }: ActivationArguments["where"],
  mode: ActivationMode,
  verb: string,
  { db, env, principal, now, onRegistryChanged }: GraphqlContext,
): Promise<string> {
  if (projectId.length < 1 || projectId.length > 256) {
    throw requestError(
      "BAD_USER_INPUT",
      `Cannot ${verb} plugin: projectId has ${projectId.length} characters, wanted 1 to 256`,
    );
  }
  const result = await setActivation(db, { pluginName, projectId, mode, now: now(), actor: principal.actor });
  if (!result.ok) {
    throw requestError("NOT_FOUND", `Cannot ${verb} plugin ${JSON.stringify(pluginName)}: none has that name`);
  }
  await onRegistryChanged(env, projectId);
  return `Plugin with name ${pluginName} successfully ${DONE[mode]}`;
}
