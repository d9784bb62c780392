// What the forms of a plugin's page do, each by one mutation of the API, and each ending on the page it came from.
import { ACTIVATION_STATES } from "./activation-states.ts";
import { applyChange } from "./apply-change.ts";
import { redirectWith } from "./flash.ts";
import { ownPath } from "./own-path.ts";
import type { PageContext } from "./page-env.ts";
import { pluginPath } from "./paths.ts";

/** Answers `POST /plugins/:name/activations`. */
export async function changeActivation(c: PageContext): Promise<Response> {
  const { pluginName, path, form } = readChange(c);
  const state = ACTIVATION_STATES.find(({ mode }) => mode === form.text("mode"));
  if (state === undefined) return redirectWith(c, path, { tone: "bad", text: "Cannot switch: no such state" });
  const document = `mutation ($where: PluginOnProjectWhere!, $mode: ActivationMode!) {
    answer: setActivationMode(where: $where, mode: $mode)
  }`;
  const where = { pluginName, projectId: form.text("projectId") };
  return applyChange(c, path, document, { where, mode: state.mode });
}

/** Answers `POST /plugins/:name/rollback`. */
export async function rollBackPlugin(c: PageContext): Promise<Response> {
  const { pluginName, path, form } = readChange(c);
  const document = "mutation ($data: RollbackPluginInput!) { answer: rollbackPlugin(data: $data) }";
  return applyChange(c, path, document, { data: { pluginName, versionId: form.text("versionId") } });
}

/** Answers `POST /plugins/:name/resume`. */
export async function resumePlugin(c: PageContext): Promise<Response> {
  const { pluginName, path, form } = readChange(c);
  const to = form.text("to") === "" ? path : ownPath(form.text("to"));
  const document = "mutation ($where: PluginOnProjectWhere!) { answer: resumePlugin(where: $where) }";
  return applyChange(c, to, document, { where: { pluginName, projectId: form.text("projectId") } });
}

function readChange(c: PageContext) {
  const pluginName = c.req.param("name") ?? "";
  return { pluginName, path: pluginPath(pluginName), form: c.var.form };
}
