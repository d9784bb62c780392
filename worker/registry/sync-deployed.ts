// Registers the plugins that were built into the deployment. They come as static assets, so that hundreds of them
// add nothing to the Worker itself.
import * as v from "valibot";
import { BuildResultSchema } from "../../schemas/artifact.ts";
import type { Env } from "../env.ts";
import { readSetting } from "../store/read-setting.ts";
import { writeSetting } from "../store/write-setting.ts";
import { registerPlugin } from "./register-plugin.ts";

const DEPLOYED_SETTING = "deployed_plugins";
/** A plugin takes up to ten queries, and the platform allows a thousand in one invocation. */
const MAX_PLUGINS_AT_ONCE = 80;

const IndexSchema = v.object({
  hash: v.string(),
  plugins: v.array(v.object({ name: v.string(), file: v.string(), status: v.picklist(["built", "failed"]) })),
});

/**
 * Brings the registry up to what was deployed. True when it is; false when there is more to do than one invocation
 * may, and it wants to be called again. `now` is epoch milliseconds.
 */
export async function syncDeployed(env: Env, now: number): Promise<boolean> {
  const index = v.parse(IndexSchema, await readAsset(env, "index.json"));
  const progress = parseProgress(await readSetting(env.DB, DEPLOYED_SETTING));
  const from = progress.hash === index.hash ? progress.done : 0;
  if (from >= index.plugins.length && progress.hash === index.hash) return true;

  const until = Math.min(from + MAX_PLUGINS_AT_ONCE, index.plugins.length);
  for (const { file } of index.plugins.slice(from, until)) {
    const result = v.parse(BuildResultSchema, await readAsset(env, file));
    await registerPlugin(result, { env, now, actor: "deploy" });
  }
  await writeSetting(env.DB, DEPLOYED_SETTING, JSON.stringify({ hash: index.hash, done: until }));
  return until === index.plugins.length;
}

async function readAsset(env: Env, file: string): Promise<unknown> {
  const answer = await env.ASSETS.fetch(`http://assets/plugins/${file}`);
  if (!answer.ok) throw new Error(`asset plugins/${file} answered ${answer.status}: was npm run build run?`);
  return answer.json();
}

function parseProgress(text: string | null): { hash: string | null; done: number } {
  return text === null ? { hash: null, done: 0 } : (JSON.parse(text) as { hash: string; done: number });
}
