// A plugin that loops on itself, on the whole host and a double of Kili that sends an event for each label it is given.
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ADMIN_API_KEY } from "../../bench/open-bench-host.ts";
import { openWorker, ROOT, type OpenWorker } from "../../bench/open-worker.ts";
import { WEBHOOK_HEADERS, WEBHOOK_SECRET } from "../../bench/webhook.ts";
import { buildPluginFolder } from "../../cli/build/build-plugins.ts";
import { MAX_CAUSE_DEPTH } from "../../worker/limits.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { serveKiliDouble, type ServedKiliDouble } from "../kili-double/serve-kili-double.ts";

const double = createKiliDouble("double-key");
let kili: ServedKiliDouble;
let host: OpenWorker;
let events = 0;

/** Tells the host of a label on the asset, as Kili does. */
async function submit(): Promise<void> {
  events += 1;
  const body = {
    eventType: "onSubmit",
    logPayload: { runId: `run-${events}`, projectId: "looping" },
    payload: { label: { id: `label-${events}`, jsonResponse: {} }, asset_id: "asset-1" },
  };
  const answer = await fetch(`${host.url}/webhook`, {
    method: "POST",
    headers: WEBHOOK_HEADERS,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(202);
}

beforeAll(async () => {
  double.state.assets.set("asset-1", { id: "asset-1", projectId: "looping", externalId: "one" });
  kili = await serveKiliDouble({
    ...double,
    handle: async (request) => {
      const before = double.calls.length;
      const answer = await double.handle(request);
      const wrote = double.calls.slice(before).some(({ fields }) => fields.includes("appendManyLabels"));
      // Before the answer to the write has gone out.
      if (wrote) await submit();
      return answer;
    },
  });
  const built = await buildPluginFolder(join(import.meta.dirname, "plugins", "answers-itself"));
  if (built.status !== "built") throw new Error(JSON.stringify(built.problems));
  host = await openWorker(join(ROOT, "wrangler.toml"), {
    variables: {
      ...{ WEBHOOK_SECRET, ADMIN_API_KEY, ENVIRONMENT: "production" },
      ...{ KILI_API_KEY: "double-key", KILI_API_ENDPOINT: kili.endpoint },
    },
    seed: [built.artifact],
  });
});

afterAll(async () => {
  await host.close();
  await kili.close();
});

it("comes to an end by itself, and says why", { timeout: 90_000 }, async () => {
  await submit();
  const query = `{ deadLetters(where: {pluginName: "answers-itself"}) { deadReason attempts } }`;
  const ask = async (): Promise<unknown> => {
    const headers = { "content-type": "application/json", "x-api-key": ADMIN_API_KEY };
    const answer = await fetch(`${host.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
    return answer.json();
  };
  await vi.waitFor(
    async () =>
      expect(await ask()).toEqual({ data: { deadLetters: [{ deadReason: "caused_by_itself", attempts: 0 }] } }),
    { timeout: 60_000, interval: 200 },
  );
  // The first, those that it caused, and the one that was not run any more.
  expect(events).toBe(1 + MAX_CAUSE_DEPTH + 1);
  expect(double.calls.filter(({ fields }) => fields.includes("appendManyLabels"))).toHaveLength(1 + MAX_CAUSE_DEPTH);
});
