// A host with the example plugins and its dashboard, on real workerd with its state on disk, as its users reach it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runBuild } from "../../cli/commands/run-build.ts";
import { registerPlugin } from "../../cli/api/register-plugin.ts";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { openWorker, ROOT, type OpenWorker } from "../../bench/open-worker.ts";
import { valueOf } from "../../bench/value-of.ts";

export const ADMIN_KEY = "dashboard-admin-key";
const WEBHOOK_SECRET = "dashboard-webhook-secret";
const SAMPLE = readFileSync(join(ROOT, "cli", "samples", "onSubmit.json"), "utf8");

export interface DashboardHost extends OpenWorker {
  /** Posts the sample event, changed, and answers its id. */
  postEvent(changes?: { projectId?: string; type?: string; payload?: object }): Promise<string>;
  /** Waits until the history knows of an event. */
  waitForEvent(id: string): Promise<void>;
  /** Registers what is in a folder of test/pages/plugins, or its build errors. */
  register(folder: string): Promise<void>;
  ask<Data>(query: string, variables?: object): Promise<Data>;
}

let runs = 0;

/** Builds and opens it. */
export async function openDashboardHost(): Promise<DashboardHost> {
  valueOf(await runBuild(ROOT));
  const worker = await openWorker(join(ROOT, "wrangler.toml"), {
    variables: {
      WEBHOOK_SECRET,
      ADMIN_API_KEY: ADMIN_KEY,
      STORE_SECRET: "dashboard-store-secret",
      KILI_API_KEY: "",
      PLUGIN_PASSWORD: "swordfish-and-chips",
      ENVIRONMENT: "production",
    },
  });
  const ask = async <Data>(query: string, variables: object = {}): Promise<Data> => {
    const answer = await fetch(`${worker.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": ADMIN_KEY },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await answer.json<{ data: Data; errors?: unknown }>();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  return {
    ...worker,
    async postEvent({ projectId = "demo", type, payload } = {}) {
      const sample = JSON.parse(SAMPLE) as { eventType: string; payload: object };
      runs += 1;
      const body = {
        ...sample,
        eventType: type ?? sample.eventType,
        logPayload: { runId: `dashboard-run-${runs}`, projectId },
        payload: payload ?? sample.payload,
      };
      const answer = await fetch(`${worker.url}/webhook`, {
        method: "POST",
        headers: { authorization: WEBHOOK_SECRET },
        body: JSON.stringify(body),
      });
      if (answer.status !== 202) throw new Error(`the webhook answered ${answer.status} ${await answer.text()}`);
      const { id } = await answer.json<{ id: string }>();
      return id;
    },
    async register(folder) {
      const built = await buildPluginFolder(join(import.meta.dirname, "plugins", folder));
      valueOf(await registerPlugin({ url: worker.url, adminKey: ADMIN_KEY, fetch }, built));
    },
    async waitForEvent(id) {
      const until = Date.now() + 15_000;
      while ((await ask<{ event: unknown }>("query ($id: ID!) { event(id: $id) { id } }", { id })).event === null) {
        if (Date.now() > until) throw new Error(`the history does not know of ${id}`);
        await sleep(50);
      }
    },
    ask,
  };
}
