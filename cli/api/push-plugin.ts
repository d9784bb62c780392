// Uploads a packed plugin over the host's public API, the way Kili's SDK does, and waits for what becomes of it. It
// builds nothing.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import type { PackedPlugin } from "./pack-plugin.ts";
import { queryApi } from "./query-api.ts";
import type { HostAccess } from "./register-plugin.ts";

export interface Pushed {
  readonly name: string;
  readonly version: string;
  readonly status: "ACTIVE" | "FAILED";
  /** The host's own words. */
  readonly message: string;
  /** Why it failed: place and message, and the source around it. */
  readonly buildErrors: readonly string[];
}

const POLL_MS = 1_000;

const FIND = `query ($name: String!) { plugin(name: $name) { id } }`;
const urlOf = (field: string) => `mutation ($name: String!) { data: ${field}(data: { pluginName: $name }) }`;
const STATUS = `query ($name: String!) { data: getPluginRunnerStatus(name: $name) }`;
const ERRORS = `query ($name: String!) { data: getPluginBuildErrors(data: { pluginName: $name }) { content createdAt } }`;

const TextSchema = v.object({ data: v.string() });
const StatusSchema = v.object({ data: v.picklist(["ACTIVE", "FAILED", "DEPLOYING"]) });
const PluginSchema = v.object({ plugin: v.nullable(v.object({ id: v.string() })) });
const ErrorsSchema = v.object({ data: v.array(v.object({ content: v.string(), createdAt: v.string() })) });

/** Pushes the plugin, new or not, and waits until it is no longer DEPLOYING. */
export async function pushPlugin(
  host: HostAccess,
  plugin: PackedPlugin,
  timeoutMs: number,
): Promise<Result<Pushed, CliFailure>> {
  const { name, version } = plugin;
  const found = await queryApi(host, PluginSchema, FIND, { name });
  if (!found.ok) return found;
  const isNew = found.value.plugin === null;
  const url = await queryApi(host, TextSchema, urlOf(isNew ? "createPlugin" : "generateUpdateUrl"), { name });
  if (!url.ok) return url;
  const sent = await send(host, url.value.data, plugin.archive);
  if (!sent.ok) return sent;
  const runner = await queryApi(host, TextSchema, urlOf(isNew ? "createPluginRunner" : "updatePluginRunner"), { name });
  if (!runner.ok) return runner;
  const message = runner.value.data;

  for (const until = Date.now() + timeoutMs; ;) {
    const asked = await queryApi(host, StatusSchema, STATUS, { name });
    if (!asked.ok) return asked;
    const status = asked.value.data;
    if (status === "ACTIVE") return ok({ name, version, status, message, buildErrors: [] });
    if (status === "FAILED") {
      const errors = await queryApi(host, ErrorsSchema, ERRORS, { name });
      if (!errors.ok) return errors;
      // Newest first, and all of one build at the same time.
      const newest = errors.value.data[0]?.createdAt;
      const ofBuild = errors.value.data.filter(({ createdAt }) => createdAt === newest);
      return ok({ name, version, status, message, buildErrors: ofBuild.map(({ content }) => content) });
    }
    if (Date.now() > until)
      return fail({ reason: "timed_out", message: `Cannot push: found "${name}" still building, wanted it done` });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function send(
  host: HostAccess,
  url: string,
  archive: Uint8Array<ArrayBuffer>,
): Promise<Result<true, CliFailure>> {
  const failed = (reason: CliFailure["reason"], found: string) =>
    fail({ reason, message: `Cannot upload the archive: ${found}, wanted the host to take it` });
  try {
    const answer = await host.fetch(url, {
      method: "PUT",
      headers: { "content-type": "application/zip" },
      body: archive,
    });
    if (answer.ok) return ok(true);
    return failed("host_refused", `${answer.status} ${(await answer.text()).slice(0, 500)}`);
  } catch (error) {
    return failed("host_unreachable", errorCode(error));
  }
}
