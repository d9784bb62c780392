// Whether a host that was fuzzed still does what it is there for.
import { setTimeout as sleep } from "node:timers/promises";
import { fetchAnswer } from "./fetch-answer.ts";
import type { FuzzHost } from "./fuzz-target.ts";

const PATIENCE_MS = 60_000;

/** Null if it is well: it is healthy, takes an event, runs the example plugins on it, and has its history. */
export async function whyNotWell({ url, adminKey, webhookSecret }: FuzzHost): Promise<string | null> {
  const health = await fetchAnswer(`${url}/healthz`, {});
  if (health.status !== 200) return `/healthz answers ${health.status}`;
  const projectId = "demo";
  const event = {
    eventType: "onSendBackToQueue",
    logPayload: { runId: crypto.randomUUID(), projectId },
    payload: { asset_id: "a" },
  };
  const taken = await fetchAnswer(`${url}/webhook`, {
    method: "POST",
    headers: { authorization: webhookSecret },
    body: JSON.stringify(event),
  });
  if (taken.status !== 202) return `an event is answered with ${taken.status}: ${taken.text}`;
  const { id } = JSON.parse(taken.text) as { id: string };
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(200)) {
    const { text } = await fetchAnswer(`${url}/graphql`, {
      method: "POST",
      headers: { "x-api-key": adminKey, "content-type": "application/json" },
      body: JSON.stringify({ query: "query ($id: ID!) { event(id: $id) { id } }", variables: { id } }),
    });
    if (text.includes(id)) return null;
  }
  return `event ${id} did not reach the history within ${PATIENCE_MS} ms`;
}
