// A run that stays under way until it is let go, for what others may try to do in its name meanwhile.
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { RunCall } from "../schemas/run.ts";
import type { RunUnderWay } from "../schemas/inbox.ts";
import { useInlinePlugin } from "./dispatch/inline-plugin.ts";
import { postWebhook, waitForRuns, webhookBody, type SeenRun } from "./test-host.ts";

export interface HeldRun {
  readonly runId: string;
  /** The run as its inbox has it, with the calls it has made so far. */
  readonly standing: () => Promise<RunUnderWay[]>;
  /** Lets it go: it makes the one call that it may make, and ends. */
  readonly release: () => Promise<SeenRun>;
}

const SOURCE = `
import { PluginCore } from "kili-edge/sdk";
let isFree = false;
export default class PluginHandler extends PluginCore {
  async onReview() {
    while (!isFree) await scheduler.wait(10);
    await this.kili.sendBackToQueue({ assetIds: ["asset-1"] });
  }
  onSendBackToQueue() { isFree = true; }
}`;

/** What the run's only call is written down as, if nobody else has made one in its name. */
export const CALL_OF_HELD_RUN: Omit<RunCall, "ms" | "startedAt"> = {
  kind: "kili",
  target: "sendBackAssetsToQueue",
  result: "dry_run",
  detail: '{"where":{"idIn":["asset-1"]}}',
  write: "would send asset asset-1 back to the queue",
};

/** Has the plugin `name` begin a run on the project, which it becomes active on. */
export async function holdRun(name: string, projectId: string): Promise<HeldRun> {
  await useInlinePlugin({
    name,
    projects: [projectId],
    source: SOURCE,
    manifest: {
      events: ["onReview", "onSendBackToQueue"],
      permissions: { kili: ["assets:write"] },
      limits: { subrequests: 1, timeout_ms: 25_000 },
    },
  });
  const eventId = await send(projectId, "onReview", "asset-1");
  const inbox = env.INBOX.getByName(projectId);
  const runId = await vi.waitUntil(
    async () => (await inbox.underWay(null)).find((run) => run.eventId === eventId)?.runId,
    { timeout: 10_000 },
  );
  return {
    runId,
    standing: () => inbox.underWay(runId),
    async release() {
      // Of another asset: events about one wait for each other.
      await send(projectId, "onSendBackToQueue", "asset-2");
      const [run] = await waitForRuns(eventId, 1);
      if (run === undefined) throw new Error("no run");
      return run;
    },
  };
}

async function send(projectId: string, eventType: string, assetId: string): Promise<string> {
  const answer = await postWebhook(webhookBody(projectId, { eventType, payload: { asset_id: assetId } }));
  return (await answer.json<{ id: string }>()).id;
}
