// The errors command: why a plugin did not build, with the source around each place.
import * as v from "valibot";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { plainText } from "../render/plain-text.ts";
import { renderTime } from "../render/render-time.ts";
import { queryApi } from "../api/query-api.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface ErrorsFlags extends HostFlags {
  readonly plugin: string;
  readonly limit: number;
  readonly json?: boolean;
}

const ErrorsSchema = v.object({
  getPluginBuildErrors: v.array(v.object({ content: v.string(), createdAt: v.string(), logType: v.string() })),
  getPluginRunnerStatus: v.string(),
});
const ERRORS = `query Errors($name: String!, $data: PluginBuildErrorsInput!) {
  getPluginRunnerStatus(name: $name)
  getPluginBuildErrors(data: $data) { content createdAt logType }
}`;

/** Shows a plugin's build errors; the answer is the exit code: 1 while its newest build is a failed one. */
export async function runErrors(flags: ErrorsFlags): Promise<number> {
  return sayResult(await read(flags), flags.json ?? false);
}

async function read({ plugin, limit, ...flags }: ErrorsFlags): Promise<Result<Said, CliFailure>> {
  const host = await findHostAccess(flags, "read build errors");
  if (!host.ok) return host;
  const data = { pluginName: plugin, limit };
  const answer = await queryApi(host.value, ErrorsSchema, ERRORS, { name: plugin, data });
  if (!answer.ok) return answer;
  const { getPluginBuildErrors: errors, getPluginRunnerStatus: status } = answer.value;
  const texts = errors.map(({ createdAt, content }) => `${renderTime(createdAt)}\n${plainText(content)}`);
  const text = texts.length === 0 ? `No build errors of "${plugin}"; it is ${status}.` : texts.join("\n\n");
  return ok({ json: { status, errors }, text, exitCode: status === "FAILED" ? 1 : 0 });
}
