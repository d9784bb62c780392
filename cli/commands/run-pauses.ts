// The pauses and resume commands: which plugins are held back where, and letting one run again.
import * as v from "valibot";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { queryApi } from "../api/query-api.ts";
import { renderTable } from "../render/render-table.ts";
import { renderTime } from "../render/render-time.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface PausesFlags extends HostFlags {
  readonly plugin?: string;
  readonly project?: string;
  /** Lets the plugin run again on the project. */
  readonly resume?: boolean;
  readonly json?: boolean;
}

const PauseSchema = v.object({
  projectId: v.string(),
  pluginName: v.string(),
  state: v.string(),
  reason: v.string(),
  since: v.string(),
  until: v.nullable(v.string()),
});
const PausesSchema = v.object({ pauses: v.array(PauseSchema) });
const PAUSES = `query Pauses($where: PauseWhere) {
  pauses(where: $where, first: 500) { projectId pluginName state reason since until }
}`;
const ResumedSchema = v.object({ resumePlugin: v.string() });
const RESUME = `mutation Resume($where: PluginOnProjectWhere!) { resumePlugin(where: $where) }`;
const HEAD = ["PLUGIN", "PROJECT", "STATE", "SINCE", "UNTIL", "WHY"];

/** Lists pauses, or ends one; the answer is the exit code. */
export async function runPauses(flags: PausesFlags): Promise<number> {
  return sayResult(await (flags.resume ? resume(flags) : list(flags)), flags.json ?? false);
}

async function list(flags: PausesFlags): Promise<Result<Said, CliFailure>> {
  const host = await findHostAccess(flags, "list pauses");
  if (!host.ok) return host;
  const where = { pluginName: flags.plugin, projectId: flags.project };
  const answer = await queryApi(host.value, PausesSchema, PAUSES, { where });
  if (!answer.ok) return answer;
  const { pauses } = answer.value;
  const rows = pauses.map(({ pluginName, projectId, state, since, until, reason }) => [
    pluginName,
    projectId,
    state,
    renderTime(since),
    until === null ? "-" : renderTime(until),
    reason.split("\n")[0] ?? "",
  ]);
  return ok({ json: pauses, text: rows.length === 0 ? "No plugin is held back." : renderTable(HEAD, rows) });
}

async function resume(flags: PausesFlags): Promise<Result<Said, CliFailure>> {
  const host = await findHostAccess(flags, "resume a plugin");
  if (!host.ok) return host;
  const where = { pluginName: flags.plugin, projectId: flags.project };
  const answer = await queryApi(host.value, ResumedSchema, RESUME, { where });
  return answer.ok ? ok({ json: { ...where, resumed: true }, text: answer.value.resumePlugin }) : answer;
}
