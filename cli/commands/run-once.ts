// The run command: one plugin and one event, on a host of its own that is gone afterwards. It reaches no Kili: writes are
// recorded as dry runs.
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { formatProblem } from "../../worker/build/format-problem.ts";
import { buildPluginFolder } from "../build/build-plugins.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { followEvent, type FollowedRun } from "../api/follow-event.ts";
import { parseJson } from "../parse-json.ts";
import { postDelivery } from "../api/post-delivery.ts";
import { queryApi } from "../api/query-api.ts";
import { readDelivery } from "../api/read-delivery.ts";
import { registerPlugin } from "../api/register-plugin.ts";
import { renderPayloadWarning } from "../render/render-payload-warning.ts";
import { renderRun } from "../render/render-run.ts";
import { runtimeLimits } from "../supervisor/runtime-limits.ts";
import { sayResult, type Said } from "../say-result.ts";
import { freePort } from "../host/free-port.ts";
import { start } from "../host/start.ts";

export interface OnceFlags {
  readonly root: string;
  readonly folder: string;
  /** A sample's name or a JSON file. */
  readonly event: string;
  /** A JSON file that takes the place of the event's label. */
  readonly label?: string;
  readonly timeout: number;
  /** Sees to it that what the host loads is built. */
  readonly build: () => Promise<Result<string, CliFailure>>;
  readonly json?: boolean;
}

const PROJECT = "run";
const GRACE_MS = 500;

/** Runs it once; the answer is the exit code: 1 unless the run ended well. */
export async function runOnce(flags: OnceFlags): Promise<number> {
  return sayResult(await once(flags), flags.json ?? false);
}

async function once(flags: OnceFlags): Promise<Result<Said, CliFailure>> {
  const built = await buildPluginFolder(flags.folder);
  if (built.status === "failed") {
    const problems = built.problems.map(formatProblem).join("\n\n");
    return fail({ reason: "build_failed", message: `Cannot run "${flags.folder}": it does not build:\n\n${problems}` });
  }
  const body = await readBody(flags);
  if (!body.ok) return body;
  const warning = renderPayloadWarning(body.value);
  if (warning !== null) process.stderr.write(`${warning}\n`);
  const dataDir = await mkdtemp(join(tmpdir(), "kili-edge-run-"));
  try {
    const secret = () => randomBytes(32).toString("base64url");
    const values = { WEBHOOK_SECRET: secret(), ADMIN_API_KEY: secret(), STORE_SECRET: secret() };
    const host = await start({
      ...{ root: flags.root, host: "127.0.0.1", port: await freePort(), dataDir },
      findVariables: () => Promise.resolve(ok({ values: { ...values, ENVIRONMENT: "development" }, madeUp: [] })),
      build: flags.build,
      runtimeLimits: runtimeLimits({}),
      note: ({ message }) => void process.stderr.write(`${message}\n`),
    });
    if (!host.ok) return host;
    try {
      const access = { url: host.value.url, adminKey: values.ADMIN_API_KEY, fetch };
      const registered = await registerPlugin(access, built);
      if (!registered.ok) return registered;
      if (registered.value.status === "failed") {
        return fail({ reason: "build_failed", message: registered.value.message ?? "The plugin does not load" });
      }
      const { name } = built.artifact.manifest;
      const active = await queryApi(access, v.object({ said: v.string() }), ACTIVATE, {
        where: { pluginName: name, projectId: PROJECT },
      });
      if (!active.ok) return active;
      const webhook = { url: access.url, secret: values.WEBHOOK_SECRET, plugin: name, fetch };
      return await deliver(webhook, access, body.value, flags);
    } finally {
      await host.value.close(GRACE_MS);
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const ACTIVATE = `mutation ($where: PluginOnProjectWhere!) { said: activatePluginOnProject(where: $where) }`;

async function deliver(
  webhook: Parameters<typeof postDelivery>[0],
  host: Parameters<typeof queryApi>[0],
  body: Record<string, unknown>,
  { timeout }: OnceFlags,
): Promise<Result<Said, CliFailure>> {
  const accepted = await postDelivery(webhook, body);
  if (!accepted.ok) return accepted;
  if (accepted.value.deliveries === 0) {
    const text = "Nothing ran: the plugin's events do not name this one.";
    return ok({ json: { runs: [] }, text, exitCode: 1 });
  }
  const runs: FollowedRun[] = [];
  const texts: string[] = [];
  const followed = await followEvent({
    ...{ host, eventId: accepted.value.id, deliveries: 1, timeoutMs: timeout * 1000 },
    onRun(delivery, run) {
      texts.push(renderRun(delivery, run, runs.at(-1) ?? null, Date.now()));
      runs.push(run);
    },
  });
  if (!followed.ok) return followed;
  const exitCode = followed.value.every(({ state }) => state === "done") ? 0 : 1;
  return ok({ json: { runs }, text: texts.join("\n"), exitCode });
}

async function readBody(flags: OnceFlags): Promise<Result<Record<string, unknown>, CliFailure>> {
  const wishes = { event: flags.event, project: PROJECT, runId: `run-${randomUUID()}` };
  const body = await readDelivery(join(flags.root, "cli", "samples"), wishes);
  if (!body.ok || flags.label === undefined) return body;
  const cannot = (found: string) => {
    const message = `Cannot run with --label "${flags.label}": ${found}, wanted a label, or its jsonResponse alone`;
    return fail({ reason: "sample_unusable", message } satisfies CliFailure);
  };
  let label: unknown;
  try {
    label = parseJson(await readFile(flags.label, "utf8"));
  } catch (error) {
    return cannot(`found ${errorCode(error)}`);
  }
  if (typeof label !== "object" || label === null || Array.isArray(label)) return cannot("found no JSON object");
  const payload = body.value["payload"] as { label?: object } | undefined;
  const isLabel = "jsonResponse" in label || "id" in label;
  const merged = { ...payload?.label, ...(isLabel ? label : { jsonResponse: label }) };
  return ok({ ...body.value, payload: { ...payload, label: merged } });
}
