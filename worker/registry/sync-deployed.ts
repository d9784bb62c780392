// Registers the plugins that were built into the deployment. They come as static assets, so that hundreds of them
// add nothing to the Worker itself.
import * as v from "valibot";
import { BuildResultSchema, type BuildResult } from "../../schemas/artifact.ts";
import type { Env } from "../env.ts";
import { readSetting } from "../store/read-setting.ts";
import { writeSetting } from "../store/write-setting.ts";
import { registerPlugin } from "./register-plugin.ts";
import { tellInboxes } from "./tell-inboxes.ts";

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
  const index = await readIndex(env);
  const progress = parseProgress(await readSetting(env.DB, DEPLOYED_SETTING));
  const from = progress.hash === index.hash ? progress.done : 0;
  if (from >= index.plugins.length && progress.hash === index.hash) return true;

  const until = Math.min(from + MAX_PLUGINS_AT_ONCE, index.plugins.length);
  let done = from;
  // Each inbox is told once, however many plugins it hears of.
  const changed = new Set<string>();
  const tell = async (pluginName: string): Promise<void> => void changed.add(pluginName);
  try {
    for (const { name, file } of index.plugins.slice(from, until)) {
      await registerPlugin(await readBuild(env, name, file), { env, now, actor: "deploy", tell });
      done += 1;
    }
  } finally {
    await tellInboxes(env, [...changed]);
    // Also after a failure: what was registered would leave its build errors again.
    if (done > from) await writeSetting(env.DB, DEPLOYED_SETTING, JSON.stringify({ hash: index.hash, done }));
  }
  return done === index.plugins.length;
}

/** A deployed build. One that is not there or is none is that plugin's failure, and stops no other. */
async function readBuild(env: Env, name: string, file: string): Promise<BuildResult> {
  const answer = await fetchAsset(env, file);
  if (answer.status >= 500) throw new Error(`asset plugins/${file} answered ${answer.status}`);
  if (!answer.ok) return unreadable(name, file, `it answered ${answer.status}`);
  const build = v.safeParse(v.pipe(v.string(), v.parseJson(), BuildResultSchema), await answer.text());
  return build.success ? build.output : unreadable(name, file, build.issues[0].message);
}

function unreadable(name: string, file: string, found: string): BuildResult {
  const message = `Cannot read the deployed build "${file}": ${found}, wanted one that this host's npm run build wrote`;
  return { status: "failed", name, problems: [{ file, line: null, column: null, message, frame: null }] };
}

async function readIndex(env: Env): Promise<v.InferOutput<typeof IndexSchema>> {
  const answer = await fetchAsset(env, "index.json");
  if (!answer.ok) throw new Error(`asset plugins/index.json answered ${answer.status}: was npm run build run?`);
  return v.parse(IndexSchema, await answer.json());
}

function fetchAsset(env: Env, file: string): Promise<Response> {
  return env.ASSETS.fetch(`http://assets/plugins/${file}`);
}

function parseProgress(text: string | null): { hash: string | null; done: number } {
  return text === null ? { hash: null, done: 0 } : (JSON.parse(text) as { hash: string; done: number });
}
