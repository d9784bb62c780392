// The readable whole: what a deployment does with one Kili event, from the webhook to what Kili's SDK reads back.
// Everything goes over HTTP, on the example plugins as they are deployed.
import { beforeAll, describe, expect, test } from "vitest";
import onSubmit from "../cli/samples/onSubmit.json" with { type: "json" };
import { ADMIN_API_KEY, fetchHost, postWebhook } from "./test-host.ts";

interface Run {
  readonly attempt: number;
  readonly dryRun: boolean;
  readonly outcome: { type: string };
  readonly calls: { target: string; result: string }[];
  readonly logs: { logType: string; content: string }[];
}

interface Event {
  readonly type: string;
  readonly deliveryCount: number;
  readonly deliveries: { pluginName: string; state: string; attempts: number; runs: Run[] }[];
}

/** A query as Kili's SDK sends it. */
async function query<Data>(document: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const answer = await fetchHost("/api/label/v2/graphql", {
    method: "POST",
    headers: { authorization: `X-API-Key: ${ADMIN_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ query: document, variables }),
  });
  const { data, errors } = await answer.json<{ data: Data; errors?: unknown }>();
  expect(errors).toBeUndefined();
  return data;
}

const EVENT = `query ($id: ID!) { event(id: $id) { type deliveryCount deliveries(first: 20) { pluginName state attempts
  runs { attempt dryRun outcome { type } calls { target result } logs { logType content } } } } }`;

async function waitForEvent(id: string): Promise<Event> {
  for (;;) {
    const { event } = await query<{ event: Event | null }>(EVENT, { id });
    const over = event?.deliveries.filter((delivery) => delivery.state !== "pending") ?? [];
    if (event !== null && over.length === event.deliveryCount) return event;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe("a label with two boxes too many is submitted", () => {
  const body = { ...onSubmit, logPayload: { runId: "kili-run-of-the-story", projectId: "demo" } };
  let eventId: string;
  let event: Event;

  beforeAll(async () => {
    const answer = await postWebhook(body);
    expect(answer.status).toBe(202);
    const accepted = await answer.json<{ id: string; duplicate: boolean; deliveries: number }>();
    expect(accepted).toMatchObject({ duplicate: false, deliveries: 5 });
    eventId = accepted.id;
    event = await waitForEvent(eventId);
  });

  test("every plugin that asked for it has run once, and ended well", () => {
    expect(event.type).toBe("onSubmit");
    const names = event.deliveries.map((delivery) => delivery.pluginName).toSorted();
    expect(names).toEqual(["bbox-count", "box-size", "consensus", "document-check", "parallel-labelling"]);
    for (const { state, attempts, runs } of event.deliveries) {
      expect({ state, attempts, outcomes: runs.map((run) => run.outcome.type) }).toEqual({
        state: "done",
        attempts: 1,
        outcomes: ["ok"],
      });
    }
  });

  test("its writes are recorded, not sent, since this host has no Kili key", () => {
    const run = event.deliveries.find((delivery) => delivery.pluginName === "bbox-count")?.runs[0];
    expect(run?.dryRun).toBe(true);
    expect(run?.calls.map((call) => `${call.target}: ${call.result}`)).toEqual([
      "sendBackAssetsToQueue: dry_run",
      "createIssues: dry_run",
    ]);
  });

  test("a read is refused in words the plugin can log", () => {
    const run = event.deliveries.find((delivery) => delivery.pluginName === "consensus")?.runs[0];
    expect(run?.logs[0]).toMatchObject({ logType: "warning" });
    expect(run?.logs[0]?.content).toMatch(/Cannot read "projects" from Kili: the host has no API key/);
  });

  test("the same delivery again is answered as a duplicate, and runs nothing", async () => {
    const again = await postWebhook(body);
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual({ id: eventId, duplicate: true });
    const { runs } = await query<{ runs: unknown[] }>(
      `query { runs(where: { pluginName: "bbox-count", projectId: "demo" }) { id } }`,
    );
    expect(runs).toHaveLength(1);
  });

  test("Kili's SDK lists the plugins and reads their logs", async () => {
    const { data: plugins } = await query<{ data: { name: string; projectIds: string[] }[] }>(
      "query plugins { data: listPlugins { name projectIds id createdAt updatedAt } }",
    );
    expect(plugins.find((plugin) => plugin.name === "bbox-count")?.projectIds).toEqual(["demo"]);

    const { data: logs } = await query<{ data: Record<string, unknown>[] }>(
      `query getPluginLogs($projectId: ID!, $pluginName: String!, $limit: Int, $skip: Int) {
        data: getPluginLogs(data: { projectId: $projectId, pluginName: $pluginName, limit: $limit, skip: $skip }) {
          content createdAt logType metadata { assetId labelId } } }`,
      { projectId: "demo", pluginName: "bbox-count", limit: 100, skip: 0 },
    );
    expect(logs).toEqual([
      {
        content: expect.stringContaining("too many boxes of OBJECT_A: 3") as unknown,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
        logType: "info",
        metadata: { assetId: onSubmit.payload.asset_id, labelId: onSubmit.payload.label.id },
      },
    ]);
  });

  test("its limits say who enforces them", async () => {
    const { plugin } = await query<{ plugin: { limits: { name: string; enforcer: string }[] } }>(
      `query { plugin(name: "bbox-count") { limits { name enforcer } } }`,
    );
    expect(plugin.limits).toContainEqual({ name: "cpu_ms", enforcer: "meter" });
    expect(plugin.limits).toContainEqual({ name: "memory_mb", enforcer: "not_enforced_here" });
  });
});
