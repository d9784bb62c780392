// What the bench posts: Kili's own shape of a submitted label, with a run id of its own each time.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SAMPLE = join(import.meta.dirname, "..", "cli", "samples", "onSubmit.json");

export const WEBHOOK_SECRET = "bench-webhook-secret";
export const WEBHOOK_HEADERS = { authorization: WEBHOOK_SECRET, "content-type": "application/json" } as const;

/**
 * A webhook body of the project `bench`, with `[<id>]` where the ids of run and asset belong: events about one asset
 * wait for each other. `label` adds to the sample's.
 */
export function webhookBody(eventType: string, label: Readonly<Record<string, unknown>> = {}): string {
  const { payload } = JSON.parse(readFileSync(SAMPLE, "utf8")) as { payload: { label: object } };
  return JSON.stringify({
    eventType,
    logPayload: { runId: "[<id>]", projectId: "bench" },
    payload: { ...payload, asset_id: "[<id>]", label: { ...payload.label, ...label } },
  });
}
