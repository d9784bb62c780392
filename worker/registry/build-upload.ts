// From an uploaded archive to a running version, or to build errors. The plugin is DEPLOYING meanwhile, and what it
// ran before goes on running until the new version has been seen to load.
import type { UploadFacts, UploadOutcome, UploadRefusal } from "../../schemas/upload.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { infersScopes, type Env } from "../env.ts";
import { log } from "../log.ts";
import { solitude } from "../solitude.ts";
import { beginBuild } from "../store/begin-build.ts";
import { expireBuilds } from "../store/expire-builds.ts";
import { findPlugin } from "../store/find-plugin.ts";
import { findReceivedUpload } from "../store/find-received-upload.ts";
import type { PluginRow } from "../store/list-plugins.ts";
import { readArchiveChunks } from "../store/read-archive-chunks.ts";
import { recordBuildFailure } from "../store/record-build-failure.ts";
import { recordBuildNote } from "../store/record-build-note.ts";
import { registerPlugin } from "./register-plugin.ts";
import { runBuilder } from "./run-builder.ts";

export interface UploadDeps {
  readonly env: Env;
  readonly now: () => number;
  /** Keeps work going whose caller has hung up. */
  readonly later: (work: Promise<unknown>) => void;
  readonly actor: string;
}

/** Builds the archive that came last for the plugin, which is to be new or to be there. */
export async function buildUpload(
  facts: UploadFacts,
  isNew: boolean,
  deps: UploadDeps,
): Promise<Result<UploadOutcome, UploadRefusal>> {
  const { env, now, later } = deps;
  const { pluginName } = facts;
  await expireBuilds(env.DB, now());
  const plugin = await findPlugin(env.DB, pluginName);
  if (isNew && plugin !== null) return fail("name_taken");
  if (!isNew && plugin === null) return fail("unknown_plugin");
  const upload = await findReceivedUpload(env.DB, pluginName);
  if (upload === null) return fail("no_upload");
  const begun = await beginBuild(env.DB, { pluginName, isNew, now: now() });
  if (!begun.ok) return begun;
  const work = buildAndRegister(upload.id, facts, begun.value, deps);
  later(work.catch(() => undefined));
  return ok(await work);
}

async function buildAndRegister(
  uploadId: string,
  facts: UploadFacts,
  plugin: PluginRow,
  { env, now, actor }: UploadDeps,
): Promise<UploadOutcome> {
  const { pluginName: name } = facts;
  const keepsRunning = plugin.versionId !== null;
  try {
    const said = { ...facts, infersScopes: infersScopes(env) };
    const result = await solitude.beside(now, () => runBuilder(readArchiveChunks(env.DB, uploadId), said, env));
    // Registering would make the plugin anew, had it been deleted meanwhile.
    if ((await findPlugin(env.DB, name))?.id !== plugin.id)
      return { status: "failed", name, version: null, message: "it was deleted meanwhile", keepsRunning: false };
    const endedAt = now();
    const registration = await registerPlugin(result, { env, now: endedAt, actor });
    if (registration.status !== "failed") return { ...registration, keepsRunning: false };
    if (keepsRunning) {
      const message = "The version from before keeps running: this update changed nothing";
      await recordBuildNote(env.DB, { name, message, now: endedAt });
    }
    return { ...registration, keepsRunning };
  } catch (error) {
    log("error", "upload could not be registered", { plugin: name, error });
    const message = "Cannot register the plugin: the host failed, and its log says why";
    const problem = { file: "archive.zip", line: null, column: null, message, frame: null };
    await recordBuildFailure(env.DB, { name, problems: [problem], now: now(), actor });
    return { status: "failed", name, version: null, message, keepsRunning };
  }
}
