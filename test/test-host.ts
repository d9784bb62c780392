// The host under test, as its users reach it: over HTTP.
import { env, exports } from "cloudflare:workers";
import { inject } from "vitest";
import type { BuildResult } from "../schemas/artifact.ts";
import type { RunCall, RunOutcome } from "../schemas/run.ts";

export const WEBHOOK_SECRET = "test-webhook-secret";
export const ADMIN_API_KEY = "test-admin-key";

const host = (exports as unknown as { default: Fetcher }).default;

/** One request to the host. */
export function fetchHost(path: string, init?: RequestInit): Promise<Response> {
  return host.fetch(`http://host${path}`, init);
}

let events = 0;

interface BodyParts {
  readonly eventType?: string;
  readonly runId?: string;
  readonly payload?: Record<string, unknown>;
}

/** A webhook body as Kili sends it. The run id is fresh unless given. */
export function webhookBody(
  projectId: string,
  { eventType = "onSubmit", runId = `kili-run-${events++}`, payload }: BodyParts = {},
): Record<string, unknown> {
  return {
    eventType,
    logPayload: { runId, projectId },
    payload: { label: { id: "label-1", jsonResponse: {} }, asset_id: "asset-1", ...payload },
  };
}

/** Posts a webhook body with the secret. */
export function postWebhook(body: unknown, path = "/webhook"): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetchHost(path, { method: "POST", headers: { authorization: WEBHOOK_SECRET }, body: text });
}

/** Asks the host's GraphQL, as its admin unless another key is given. */
export async function askHost(
  query: string,
  variables: Record<string, unknown> = {},
  key = ADMIN_API_KEY,
): Promise<unknown> {
  const headers = { "x-api-key": key, "content-type": "application/json" };
  const answer = await fetchHost("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return answer.json();
}

/** Registers a build; answers what became of it. */
export async function registerBuild(result: BuildResult): Promise<{ status: string; message?: string }> {
  const headers = { "x-api-key": ADMIN_API_KEY, "content-type": "application/json" };
  const answer = await fetchHost("/api/plugins", { method: "PUT", headers, body: JSON.stringify(result) });
  return answer.json();
}

/** A plugin of test/hostile/plugins, made active on the given projects. */
export async function useTestPlugin(name: string, projects: readonly string[]): Promise<void> {
  const result = inject("testPlugins").find(
    (build) => build.status === "built" && build.artifact.manifest.name === name,
  );
  if (result?.status !== "built") throw new Error(`no built test plugin "${name}"`);
  const manifest = { ...result.artifact.manifest, projects: [...projects] };
  const registered = await registerBuild({ status: "built", artifact: { ...result.artifact, manifest } });
  if (registered.status === "failed") throw new Error(`"${name}" was not registered: ${registered.message}`);
  for (const projectId of projects) {
    await env.DB.prepare(
      "INSERT OR REPLACE INTO activations (plugin_id, project_id, active, updated_at) SELECT id, ?2, 1, 0 FROM plugins WHERE name = ?1",
    )
      .bind(name, projectId)
      .run();
    await env.INBOX.getByName(projectId).registryChanged(projectId);
  }
}

export interface SeenRun {
  readonly id: string;
  readonly plugin: string;
  readonly outcome: RunOutcome;
  readonly logs: string[];
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly wallMs: number;
  readonly calls: readonly RunCall[];
}

interface RunRow {
  readonly id: string;
  readonly plugin_name: string;
  readonly outcome: string;
  readonly attempt: number;
  readonly started_at: number;
  readonly wall_ms: number;
  readonly calls: string;
}

/** Waits until the history holds `count` runs of an event, and gives them back by plugin name. */
export async function waitForRuns(eventId: string, count: number, timeoutMs = 20_000): Promise<SeenRun[]> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const { results } = await env.DB.prepare(
      "SELECT id, plugin_name, outcome, attempt, started_at, wall_ms, calls FROM runs WHERE event_id = ?1 ORDER BY plugin_name, attempt",
    )
      .bind(eventId)
      .all<RunRow>();
    if (results.length >= count) {
      return Promise.all(
        results.map(async (row) => ({
          id: row.id,
          plugin: row.plugin_name,
          outcome: JSON.parse(row.outcome) as RunOutcome,
          logs: await logsOf(row.id),
          attempt: row.attempt,
          startedAt: row.started_at,
          wallMs: row.wall_ms,
          calls: JSON.parse(row.calls) as RunCall[],
        })),
      );
    }
    if (Date.now() > until)
      throw new Error(`event ${eventId}: ${results.length} of ${count} runs after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function logsOf(runId: string): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT log_type, content FROM logs WHERE run_id = ?1 ORDER BY line")
    .bind(runId)
    .all<{ log_type: string; content: string }>();
  return results.map((row) => `${row.log_type}: ${row.content}`);
}
