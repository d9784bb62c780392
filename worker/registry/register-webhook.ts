// Takes a URL outside into the registry, as a plugin whose version is a webhook. Builds and probes nothing: whether it
// answers is seen at the first delivery.
import * as v from "valibot";
import { ManifestSchema, type Manifest } from "../../schemas/manifest.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { WebhookOrder, WebhookOrderFailure, WebhookRegistration } from "../../schemas/webhook-order.ts";
import { allowedPrivateNet, storeSecrets, type Env } from "../env.ts";
import { checkWebhookUrl } from "../execute/check-webhook-url.ts";
import { describeUrlFailure } from "../execute/describe-url-failure.ts";
import { MAX_WEBHOOK_HEADER_CHARS, MAX_WEBHOOK_URL_CHARS, WEBHOOK_MS } from "../limits.ts";
import { encryptWebhookHeader } from "../store/encrypt-webhook-header.ts";
import { findWebhookPlugin } from "../store/find-webhook-plugin.ts";
import { pruneVersions } from "../store/prune-versions.ts";
import { recordWebhook } from "../store/record-webhook.ts";
import { tellInboxes } from "./tell-inboxes.ts";

export interface WebhookDeps {
  readonly env: Env;
  readonly now: number;
  /** Who registers it, for the audit. */
  readonly actor: string;
  readonly newId?: () => string;
}

// What HTTP can carry unchanged: nothing outside of ASCII, no line ends, no space at the ends.
const HEADER = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Registers the webhook. From the next event on, deliveries go to it; those accepted before go where they were to. */
export async function registerWebhook(
  order: WebhookOrder,
  { env, now, actor, newId = () => crypto.randomUUID() }: WebhookDeps,
): Promise<WebhookRegistration> {
  const wrong = findFault(order, allowedPrivateNet(env));
  if (wrong !== null) return fail(wrong);
  const known = await findWebhookPlugin(env.DB, order.name);
  if (order.isNew && known !== null) return fail({ reason: "name_taken" });
  if (!order.isNew && known === null) return fail({ reason: "unknown_plugin" });
  if (known !== null && known.kind !== "webhook") return fail({ reason: "not_a_webhook" });
  const manifest = toManifest(order, (known?.lastMajor ?? 0) + 1);
  if (!manifest.ok) return manifest;

  const versionId = newId();
  const [secret] = storeSecrets(env);
  if (order.header !== null && secret === undefined) return fail({ reason: "no_store_secret" });
  const pluginId = known?.pluginId ?? newId();
  const recorded = await recordWebhook(env.DB, {
    pluginId,
    isNewPlugin: known === null,
    versionId,
    // Random: a hash of what is kept secret could be guessed from.
    hash: `${newId()}${newId()}`.replaceAll("-", ""),
    manifest: manifest.value,
    url: order.url,
    header:
      order.header === null || secret === undefined
        ? null
        : await encryptWebhookHeader(order.header, versionId, secret),
    now,
    actor,
    newId,
  });
  if (!recorded) return fail({ reason: order.isNew ? "name_taken" : "unknown_plugin" });
  await pruneVersions(env.DB, pluginId);
  await tellInboxes(env, [order.name]);
  return ok({ versionId });
}

function findFault(order: WebhookOrder, allowPrivate: readonly string[]): WebhookOrderFailure | null {
  const { header, url } = order;
  if (url.length > MAX_WEBHOOK_URL_CHARS)
    return { reason: "url_too_long", chars: url.length, limit: MAX_WEBHOOK_URL_CHARS };
  if (header !== null && header.length > MAX_WEBHOOK_HEADER_CHARS)
    return { reason: "header_too_long", chars: header.length, limit: MAX_WEBHOOK_HEADER_CHARS };
  if (header !== null && !HEADER.test(header)) return { reason: "bad_header" };
  const checked = checkWebhookUrl(url, allowPrivate);
  if (checked.ok) return null;
  const { message } = describeUrlFailure(checked.failure);
  return { reason: "bad_url", message: message.charAt(0).toLowerCase() + message.slice(1) };
}

/** The manifest it would have: no permissions, since nothing of it runs here. */
function toManifest(order: WebhookOrder, major: number): Result<Manifest, WebhookOrderFailure> {
  const parsed = v.safeParse(ManifestSchema, {
    manifest_version: 1,
    name: order.name,
    version: `${major}.0.0`,
    description: "A webhook",
    // A manifest names a file; there is none behind this one.
    main: "webhook.js",
    events: order.events,
    limits: { timeout_ms: WEBHOOK_MS, subrequests: 1 },
  });
  if (parsed.success) return ok(parsed.output);
  const [issue] = parsed.issues;
  return fail({ reason: "bad_manifest", field: v.getDotPath(issue) ?? "", message: issue.message });
}
