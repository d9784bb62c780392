// The activate and deactivate commands: whether a plugin runs on a project, from the next event on.
import * as v from "valibot";
import { ok, type Result } from "../schemas/result.ts";
import type { CliFailure } from "./cli-failure.ts";
import { findHostAccess, type HostFlags } from "./find-host-access.ts";
import { queryApi } from "./query-api.ts";
import { sayResult, type Said } from "./say-result.ts";

export interface ActivationFlags extends HostFlags {
  readonly plugin: string;
  readonly project: string;
  readonly active: boolean;
  readonly json?: boolean;
}

const AnswerSchema = v.object({ said: v.string() });
const ACTIVATE = `mutation Activate($where: PluginOnProjectWhere!) { said: activatePluginOnProject(where: $where) }`;
const DEACTIVATE = `mutation Deactivate($where: PluginOnProjectWhere!) {
  said: deactivatePluginOnProject(where: $where)
}`;

/** Switches a plugin on or off on a project; the answer is the exit code. */
export async function runActivation(flags: ActivationFlags): Promise<number> {
  return sayResult(await change(flags), flags.json ?? false);
}

async function change({ plugin, project, active, ...flags }: ActivationFlags): Promise<Result<Said, CliFailure>> {
  const host = await findHostAccess(flags, active ? "activate a plugin" : "deactivate a plugin");
  if (!host.ok) return host;
  const where = { pluginName: plugin, projectId: project };
  const answer = await queryApi(host.value, AnswerSchema, active ? ACTIVATE : DEACTIVATE, { where });
  return answer.ok ? ok({ json: { ...where, active }, text: answer.value.said }) : answer;
}
