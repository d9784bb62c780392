// The send command: post an event as Kili would, then show what the plugins did with it. The exit code says
// whether all went well.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { followEvent, type FollowedDelivery, type FollowedRun } from "../api/follow-event.ts";
import { findHostUrl, type HostPlace } from "../api/find-host-url.ts";
import { postDelivery, type Accepted } from "../api/post-delivery.ts";
import { readDelivery } from "../api/read-delivery.ts";
import { DEV_VARS_FILE, readDevVars } from "../host/read-dev-vars.ts";
import { renderPayloadWarning } from "../render/render-payload-warning.ts";
import { renderRun } from "../render/render-run.ts";

export interface SendFlags extends HostPlace {
  readonly event: string;
  readonly project?: string;
  readonly plugin?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

interface Sent {
  readonly accepted: Accepted;
  readonly deliveries: readonly (FollowedDelivery & { readonly runs: readonly FollowedRun[] })[];
}

/** Sends and follows one event; the answer is the exit code. */
export async function runSend(flags: SendFlags): Promise<number> {
  const say = (line: string) => void (flags.json ? null : process.stdout.write(`${line}\n`));
  const sent = await send(flags, say);
  if (!sent.ok) {
    if (flags.json) process.stdout.write(`${JSON.stringify({ error: sent.failure }, null, 2)}\n`);
    else process.stderr.write(`${sent.failure.message}\n`);
    return 1;
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(sent.value, null, 2)}\n`);
  const { accepted, deliveries } = sent.value;
  const failed = deliveries.filter((delivery) => delivery.state !== "done").length;
  if (accepted.duplicate) say("A duplicate: it ran when it first came.");
  else if (accepted.deliveries === 0) say("No active plugin asked for it.");
  else say(`\n${deliveries.length - failed} of ${deliveries.length} deliveries done`);
  // Who names a plugin wants it to run.
  const nothingRan = flags.plugin !== undefined && accepted.deliveries === 0;
  return failed > 0 || nothingRan ? 1 : 0;
}

async function send(flags: SendFlags, say: (line: string) => void): Promise<Result<Sent, CliFailure>> {
  const secrets = await readSecrets(flags.root);
  if (!secrets.ok) return secrets;
  const body = await readDelivery(join(flags.root, "cli", "samples"), {
    event: flags.event,
    ...(flags.project === undefined ? {} : { project: flags.project }),
    runId: `send-${randomUUID()}`,
  });
  if (!body.ok) return body;
  const warning = renderPayloadWarning(body.value);
  if (warning !== null) process.stderr.write(`${warning}\n`);
  const found = await findHostUrl(flags);
  if (!found.ok) return found;
  const url = found.value;
  const webhook = { url, secret: secrets.value.webhook, plugin: flags.plugin ?? null, fetch };
  const accepted = await postDelivery(webhook, body.value);
  if (!accepted.ok) return accepted;
  const { id, deliveries: expected, duplicate } = accepted.value;
  say(`Accepted as ${id} for ${expected} plugin(s)\n`);
  if (duplicate || expected === 0) return ok({ accepted: accepted.value, deliveries: [] });

  const runs = new Map<string, FollowedRun[]>();
  const followed = await followEvent({
    host: { url, adminKey: secrets.value.admin, fetch },
    eventId: id,
    deliveries: expected,
    timeoutMs: flags.timeout * 1000,
    onRun(delivery, run) {
      const before = runs.get(delivery.id) ?? [];
      runs.set(delivery.id, [...before, run]);
      say(renderRun(delivery, run, before.at(-1) ?? null, Date.now()));
    },
  });
  if (!followed.ok) return followed;
  const deliveries = followed.value.map((delivery) => ({ ...delivery, runs: runs.get(delivery.id) ?? [] }));
  return ok({ accepted: accepted.value, deliveries });
}

async function readSecrets(root: string): Promise<Result<{ webhook: string; admin: string }, CliFailure>> {
  const read = await readDevVars(join(root, DEV_VARS_FILE));
  if (!read.ok) return read;
  const variable = (name: string) => process.env[name] ?? read.value?.[name] ?? "";
  const webhook = variable("WEBHOOK_SECRET").split(",")[0]?.trim() ?? "";
  const admin = variable("ADMIN_API_KEY").trim();
  if (webhook !== "" && admin !== "") return ok({ webhook, admin });
  return fail({
    reason: "no_secret",
    message: `Cannot send: no WEBHOOK_SECRET and ADMIN_API_KEY in ${DEV_VARS_FILE}, wanted a host's: start one with "npm start"`,
  });
}
