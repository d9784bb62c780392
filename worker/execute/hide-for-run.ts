// What is hidden in the words of one run: the values of the variables its plugin may read, and the host's own secrets.
import { hostSecrets, pluginVariable, type Env } from "../env.ts";
import { MIN_HIDDEN_HOST_CHARS, MIN_HIDDEN_VARIABLE_CHARS } from "../limits.ts";
import { createHide, type Hide } from "./create-hide.ts";

// Once per environment, not per run: the host's secrets do not change under it.
const hostHides = new WeakMap<Env, Hide>();

/** `names` are the variables that the plugin's manifest declares. */
export function hideForRun(env: Env, names: readonly string[]): Hide {
  const hideHosts = hostHides.get(env) ?? createHide(hostSecrets(env), MIN_HIDDEN_HOST_CHARS);
  hostHides.set(env, hideHosts);
  if (names.length === 0) return hideHosts;
  const values = names.map((name) => ({ name, value: pluginVariable(env, name) ?? "" }));
  const hideOwn = createHide(values, MIN_HIDDEN_VARIABLE_CHARS);
  return (text) => hideHosts(hideOwn(text));
}
