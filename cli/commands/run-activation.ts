// The activate and deactivate commands: how a plugin stands on a project, from the next event on.
import * as v from "valibot";
import type { ActivationMode } from "../../schemas/mode.ts";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { queryApi } from "../api/query-api.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface ActivationFlags extends HostFlags {
  readonly plugin: string;
  readonly project: string;
  readonly mode: ActivationMode;
  readonly json?: boolean;
}

const AnswerSchema = v.object({ said: v.string() });
const SET_MODE = `mutation SetMode($where: PluginOnProjectWhere!, $mode: ActivationMode!) {
  said: setActivationMode(where: $where, mode: $mode)
}`;

/** Sets a plugin's mode on a project; the answer is the exit code. */
export async function runActivation(flags: ActivationFlags): Promise<number> {
  return sayResult(await change(flags), flags.json ?? false);
}

async function change({ plugin, project, mode, ...flags }: ActivationFlags): Promise<Result<Said, CliFailure>> {
  const host = await findHostAccess(flags, mode === "off" ? "deactivate a plugin" : "activate a plugin");
  if (!host.ok) return host;
  const where = { pluginName: plugin, projectId: project };
  const answer = await queryApi(host.value, AnswerSchema, SET_MODE, { where, mode });
  return answer.ok ? ok({ json: { ...where, active: mode !== "off", mode }, text: answer.value.said }) : answer;
}
