// A plugin's log lines on a project, through the query that Kili's own SDK uses. Asks once, and remembers nothing.
import * as v from "valibot";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { queryApi } from "./query-api.ts";
import type { HostAccess } from "./register-plugin.ts";

const LineSchema = v.object({
  content: v.string(),
  createdAt: v.string(),
  logType: v.string(),
  runId: v.string(),
});
export type LogLine = v.InferOutput<typeof LineSchema>;

const LogsSchema = v.object({ getPluginLogs: v.array(LineSchema) });
const LOGS = `query Logs($data: PluginLogsInput!) {
  getPluginLogs(data: $data) { content createdAt logType runId }
}`;

export interface LogQuery {
  readonly pluginName: string;
  readonly projectId: string;
  /** Lines from then on, in ISO 8601; null for all that are kept. */
  readonly since: string | null;
  readonly limit: number;
}

/** The newest lines, the oldest of them first. */
export async function listLogLines(
  host: HostAccess,
  { since, ...query }: LogQuery,
): Promise<Result<LogLine[], CliFailure>> {
  const data = { ...query, ...(since !== null && { createdAt: since }) };
  const answer = await queryApi(host, LogsSchema, LOGS, { data });
  return answer.ok ? ok(answer.value.getPluginLogs.toReversed()) : answer;
}
