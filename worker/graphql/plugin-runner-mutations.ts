// From an uploaded archive to a runner, as Kili calls a plugin that is built. Answers when the build is over: it takes
// about a second, and whoever asks for the status next gets the last word.
import type { UploadOutcome } from "../../schemas/upload.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { nameTakenError, unknownPluginError } from "./plugin-errors.ts";
import { requestError } from "./request-error.ts";

interface RunnerArguments {
  readonly data: {
    readonly pluginName: string;
    readonly handlerTypes?: readonly string[] | null;
    readonly eventMatcher?: readonly string[] | null;
  };
}

export const pluginRunnerMutations = {
  createPluginRunner: (_: unknown, { data }: RunnerArguments, context: GraphqlContext) => build(data, true, context),
  updatePluginRunner: (_: unknown, { data }: RunnerArguments, context: GraphqlContext) => build(data, false, context),
};

async function build(
  { pluginName, handlerTypes, eventMatcher }: RunnerArguments["data"],
  isNew: boolean,
  { env, now, later, principal, buildUpload }: GraphqlContext,
): Promise<string> {
  const facts = { pluginName, handlerTypes: handlerTypes ?? [], eventMatcher: eventMatcher ?? [] };
  const built = await buildUpload(facts, isNew, { env, now, later, actor: principal.actor });
  if (built.ok) return toSentence(built.value, isNew);
  const verb = isNew ? "create" : "update";
  const cannot = `Cannot ${verb} plugin ${JSON.stringify(pluginName)}`;
  switch (built.failure) {
    case "name_taken":
      throw nameTakenError(pluginName);
    case "unknown_plugin":
      throw unknownPluginError(verb, pluginName);
    case "busy":
      throw requestError("BAD_USER_INPUT", `${cannot}: it is being built already, wanted one build at a time`);
    case "no_upload": {
      const source = isNew ? "createPlugin" : "generateUpdateUrl";
      throw requestError("BAD_USER_INPUT", `${cannot}: no archive was uploaded, wanted one at the URL of ${source}`);
    }
    default:
      return built.failure satisfies never;
  }
}

// A failed build is no error of the request: Kili's SDK asks for the status, and its user for the build errors.
function toSentence({ status, name, version, keepsRunning, widening = [] }: UploadOutcome, isNew: boolean): string {
  if (status !== "failed") {
    const may = widening.length === 0 ? "" : `; it may ${isNew ? "" : "now also "}use: ${widening.join(", ")}`;
    return `Plugin with name ${name} successfully ${isNew ? "created" : "updated"}, version ${version}${may}`;
  }
  const meanwhile = keepsRunning ? "; the version from before keeps running" : "";
  return `Plugin with name ${name} did not build, its build errors say why${meanwhile}`;
}
