// Fields of a plugin that are not columns of its row.
import { isHandlerType } from "../../schemas/event.ts";
import type { PluginRow } from "../store/list-plugins.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { toPage, type PageArguments } from "./to-page.ts";
import { toPluginLimits } from "./to-plugin-limits.ts";

export const pluginFields = {
  projectIds: async (plugin: PluginRow, _: unknown, { loaders }: GraphqlContext) => {
    const activations = await loaders.activations.load(plugin.id);
    return activations.filter((activation) => activation.active).map((activation) => activation.projectId);
  },
  organizationId: () => null,
  archived: (plugin: PluginRow) => plugin.archivedAt !== null,
  handlerTypes: async (plugin: PluginRow, _: unknown, context: GraphqlContext) =>
    (await currentVersion(plugin, context))?.manifest.events.filter(isHandlerType) ?? [],
  manifest: async (plugin: PluginRow, _: unknown, context: GraphqlContext) =>
    (await currentVersion(plugin, context))?.manifest ?? null,
  currentVersion: (plugin: PluginRow, _: unknown, context: GraphqlContext) => currentVersion(plugin, context),
  versions: (plugin: PluginRow, args: PageArguments, { loaders }: GraphqlContext) =>
    loaders.pluginVersions(toPage(args, 20), plugin.id),
  activations: (plugin: PluginRow, _: unknown, { loaders }: GraphqlContext) => loaders.activations.load(plugin.id),
  pauses: (plugin: PluginRow, _: unknown, { loaders }: GraphqlContext) => loaders.pauses.load(plugin.name),
  limits: async (plugin: PluginRow, _: unknown, context: GraphqlContext) => {
    const version = await currentVersion(plugin, context);
    return version ? toPluginLimits(version, context.env) : [];
  },
};

async function currentVersion(plugin: PluginRow, { loaders }: GraphqlContext) {
  return plugin.versionId === null ? null : loaders.version.load(plugin.versionId);
}
