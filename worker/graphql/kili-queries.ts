// The queries on plugins of Kili's own schema, as its SDK sends them. Names and shapes are Kili's.
import { MAX_PAGE_SIZE } from "../limits.ts";
import { countPlugins } from "../store/count-plugins.ts";
import { expireBuilds } from "../store/expire-builds.ts";
import { findPlugin } from "../store/find-plugin.ts";
import { listBuildErrors } from "../store/list-build-errors.ts";
import { listPluginLogs } from "../store/list-plugin-logs.ts";
import { listPlugins, type PluginRow } from "../store/list-plugins.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";
import { toPage, type PageArguments } from "./to-page.ts";

interface LogsArguments {
  readonly data: {
    readonly pluginName: string;
    readonly createdAt?: number | null;
    readonly limit?: number | null;
    readonly skip?: number | null;
  };
}

interface PluginWhere {
  readonly id?: string | null;
  readonly name?: string | null;
  readonly projectId?: string | null;
}

const EVERY_PLUGIN = { id: null, name: null, projectId: null };

export const kiliQueries = {
  listPlugins: async (_: unknown, args: PageArguments, { db }: GraphqlContext) => {
    if (typeof args.first === "number") return listPlugins(db, EVERY_PLUGIN, toPage(args, args.first));
    // Kili's query has no paging: its SDK takes the first answer for the whole list.
    const all: PluginRow[] = [];
    for (let skip = args.skip ?? 0; ; skip += MAX_PAGE_SIZE) {
      const page = await listPlugins(db, EVERY_PLUGIN, toPage({ skip }, MAX_PAGE_SIZE));
      all.push(...page);
      if (page.length < MAX_PAGE_SIZE) return all;
    }
  },

  countPlugins: (_: unknown, { where }: { readonly where: PluginWhere }, { db }: GraphqlContext) =>
    countPlugins(db, { id: where.id ?? null, name: where.name ?? null, projectId: where.projectId ?? null }),

  getPluginRunnerStatus: async (_: unknown, { name }: { readonly name: string }, { db, now }: GraphqlContext) => {
    const { status } = await knownPlugin(db, name);
    if (status !== "DEPLOYING") return status;
    // Asked again and again while it lasts: whoever waits for a build that died is who has to hear of it.
    await expireBuilds(db, now());
    return (await knownPlugin(db, name)).status;
  },

  getPluginLogs: async (
    _: unknown,
    { data }: LogsArguments & { readonly data: { readonly projectId: string } },
    { db }: GraphqlContext,
  ) => {
    const page = toPage({ first: data.limit ?? null, skip: data.skip ?? null }, 100);
    const plugin = await knownPlugin(db, data.pluginName);
    const since = data.createdAt ?? plugin.createdAt;
    const lines = await listPluginLogs(db, { pluginName: plugin.name, projectId: data.projectId, since }, page);
    return lines.map((line) => ({ ...line, metadata: { assetId: line.assetId, labelId: line.labelId } }));
  },

  getPluginBuildErrors: async (_: unknown, { data }: LogsArguments, { db }: GraphqlContext) => {
    const page = toPage({ first: data.limit ?? null, skip: data.skip ?? null }, 100);
    const plugin = await knownPlugin(db, data.pluginName);
    const since = data.createdAt ?? plugin.createdAt;
    const problems = await listBuildErrors(db, { pluginName: plugin.name, since }, page);
    return problems.map((problem) => ({
      content: toContent(problem),
      createdAt: problem.createdAt,
      logType: "error",
      pluginName: problem.pluginName,
    }));
  },
};

async function knownPlugin(db: D1Database, name: string): Promise<PluginRow> {
  const plugin = await findPlugin(db, name);
  if (!plugin) throw requestError("NOT_FOUND", `Cannot find plugin ${JSON.stringify(name)}: none has that name`);
  return plugin;
}

function toContent(problem: Awaited<ReturnType<typeof listBuildErrors>>[number]): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(":");
  return [place ? `${place}: ${problem.message}` : problem.message, problem.frame].filter(Boolean).join("\n\n");
}
