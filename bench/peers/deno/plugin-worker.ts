// Inside the worker: the same rule as the host's plugin, called once for each message.
import { findTooMany } from "../../plugins/rule/find-too-many.ts";

interface Webhook {
  readonly payload: {
    readonly label: { readonly jsonResponse?: Parameters<typeof findTooMany>[0] };
    readonly asset_id: string;
  };
}

self.addEventListener("message", ({ data }: { data: { readonly id: number; readonly body: string } }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  self.postMessage({ id: data.id, ...run(data.body) });
});

function run(body: string): { outcome: string; logs: string[] } {
  try {
    const { label, asset_id } = (JSON.parse(body) as Webhook).payload;
    const issues = findTooMany(label.jsonResponse ?? {}, 1);
    const outcome = JSON.stringify({ type: "ok", result: { issues: issues.length } });
    return { outcome, logs: [`${asset_id} ${JSON.stringify(issues)}`] };
  } catch (error) {
    return { outcome: JSON.stringify({ type: "threw", message: String(error) }), logs: [] };
  }
}
