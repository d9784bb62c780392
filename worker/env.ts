// Bindings and variables of the deployment, read once per isolate. No secret has a default value.
import type { InboxRpc } from "../schemas/inbox.ts";
import type { TrialBenchRpc } from "../schemas/trial.ts";

/** What wrangler.toml binds, as the platform hands it over. */
export interface Env {
  readonly ASSETS: Fetcher;
  readonly DB: D1Database;
  readonly INBOX: DurableObjectNamespace<InboxRpc & Rpc.DurableObjectBranded>;
  readonly KILI_BUDGET: DurableObjectNamespace<KiliBudgetRpc & Rpc.DurableObjectBranded>;
  readonly TRIAL_BENCH: DurableObjectNamespace<TrialBenchRpc & Rpc.DurableObjectBranded>;
  readonly LOADER: WorkerLoader;
  /** Counts failed attempts to authenticate. */
  readonly FAILED_ATTEMPTS?: RateLimit;
  /** A network of public addresses only. Absent on Cloudflare, where there are no others. */
  readonly PUBLIC_NET?: Fetcher;
  /** How the latest runtimes ended, as `/endings.json`. Only where somebody supervises them. */
  readonly ENDINGS?: Fetcher;
  /** One secret, or several separated by commas while one is being rotated out. */
  readonly WEBHOOK_SECRET?: string;
  readonly ADMIN_API_KEY?: string;
  readonly KILI_API_KEY?: string;
  readonly KILI_API_ENDPOINT?: string;
  /** Calls that Kili takes of this host's key in a minute. */
  readonly KILI_CALLS_PER_MINUTE?: string;
  /** Whose key forwarded operations bear at Kili: "host" (KILI_API_KEY, the default) or "caller". */
  readonly UPSTREAM_KEY?: string;
  /** "off": Python uploaded without permissions may do nothing, instead of what its code calls for. */
  readonly INFER_KILI_SCOPES?: string;
  /**
   * Private addresses that plugins may fetch all the same if their manifest lists them, as "host:port" separated by
   * commas. For an on-premise host and for tests: everything else that is private stays refused.
   */
  readonly ALLOW_PRIVATE_NET?: string;
  /**
   * What secrets in the database are encrypted with. One secret, or several separated by commas: the first encrypts,
   * each decrypts.
   */
  readonly STORE_SECRET?: string;
  /** What deliveries to webhooks are signed with: one `whsec_…`, or several separated by commas during a rotation. */
  readonly WEBHOOK_SIGNING_SECRET?: string;
  /** Most CPU time of one run here, in milliseconds, whatever its manifest says. For a host that one run could hold up. */
  readonly MAX_CPU_MS?: string;
  /** What the process that supervises this one shows when it wants something; made anew at each start. */
  readonly SUPERVISOR_SECRET?: string;
  /** What `GET /metrics` may be asked with, and nothing else. One, or several separated by commas during a rotation. */
  readonly METRICS_KEY?: string;
  /** Days that things are kept for; `worker/retention-days.ts` says what each is about. */
  readonly EVENTS_KEEP_DAYS?: string;
  readonly LOGS_KEEP_DAYS?: string;
  readonly DEAD_LETTERS_KEEP_DAYS?: string;
  readonly AUDIT_KEEP_DAYS?: string;
  readonly ROLLUPS_KEEP_DAYS?: string;
  readonly DELETED_KEEP_DAYS?: string;
  readonly PAYLOAD_KEEP_DAYS?: string;
  /** Where operators are told what wants their attention; `ALERT_WEBHOOK_HEADER` is sent as `Authorization`. */
  readonly ALERT_WEBHOOK_URL?: string;
  readonly ALERT_WEBHOOK_HEADER?: string;
  /** The header in which the nearest proxy writes a client's address: Cloudflare's, or your own's. */
  readonly CLIENT_ADDRESS_HEADER?: string;
  /** "development" turns GraphiQL on. */
  readonly ENVIRONMENT?: string;
}

/** The budget of calls to Kili, which all inboxes and requests share. */
export interface KiliBudgetRpc {
  /** Leave for up to `want` calls of a flow, after waiting for it up to `waitMs`; 0 if there is none. It soon lapses. */
  lease(flow: string, want: number, waitMs: number): Promise<number>;
  /** Nobody gets any leave for so long. */
  pause(ms: number): Promise<void>;
}

/** Where Kili's own API lives, and the key for it; null when the host has no key and runs dry. */
export interface KiliUpstream {
  readonly endpoint: string;
  readonly apiKey: string;
}

const KILI_CLOUD_ENDPOINT = "https://cloud.kili-technology.com/api/label/v2/graphql";

/** Reads the Kili upstream from the environment. */
export function kiliUpstream(env: Env): KiliUpstream | null {
  // Trimmed as the header will be: the key is looked for in error messages by its exact text.
  const apiKey = env.KILI_API_KEY?.trim();
  if (!apiKey) return null;
  return { endpoint: kiliEndpoint(env), apiKey };
}

/** Where Kili's GraphQL answers. */
export function kiliEndpoint(env: Env): string {
  return env.KILI_API_ENDPOINT || KILI_CLOUD_ENDPOINT;
}

/** What Kili takes by default; also where the setting is no number. */
const KILI_CALLS_PER_MINUTE = 500;

/** Calls that all of this host may make to Kili in a minute. */
export function kiliCallsPerMinute(env: Env): number {
  const setting = env.KILI_CALLS_PER_MINUTE?.trim() ?? "";
  return /^[1-9]\d{0,5}$/.test(setting) ? Number(setting) : KILI_CALLS_PER_MINUTE;
}

/** Whether Python that is uploaded without permissions gets those its code calls for. Only "off" says no. */
export function infersScopes(env: Pick<Env, "INFER_KILI_SCOPES">): boolean {
  return env.INFER_KILI_SCOPES?.trim().toLowerCase() !== "off";
}

/** The webhook secrets that are valid now. Empty means that every delivery is refused. */
export function webhookSecrets(env: Env): readonly string[] {
  return listOf(env.WEBHOOK_SECRET);
}

/** The secrets that what is stored may be encrypted with; the first is the one to encrypt with. */
export function storeSecrets(env: Env): readonly string[] {
  return listOf(env.STORE_SECRET);
}

/** The secrets that deliveries to webhooks are signed with, each of them. Empty means that none is signed. */
export function webhookSigningSecrets(env: Env): readonly string[] {
  return listOf(env.WEBHOOK_SIGNING_SECRET);
}

/** The keys that open the metrics and nothing else. Empty means that it takes an API key. */
export function metricsKeys(env: Env): readonly string[] {
  return listOf(env.METRICS_KEY);
}

/** Where alerts go, and the header that goes with them. */
export interface AlertTarget {
  readonly url: string;
  readonly header: string | null;
}

/** Where operators are to be told; null when nowhere. */
export function alertTarget(env: Env): AlertTarget | null {
  const url = env.ALERT_WEBHOOK_URL?.trim();
  return url ? { url, header: env.ALERT_WEBHOOK_HEADER?.trim() || null } : null;
}

/** The deployment's own cap on the CPU time of one run; Infinity where it has none. */
export function maxCpuMs(env: Pick<Env, "MAX_CPU_MS">): number {
  const ms = Number(env.MAX_CPU_MS);
  return ms > 0 ? ms : Infinity;
}

/**
 * Whether the Workers platform itself runs this deployment, and not a workerd of somebody's own, which is known by its
 * supervisor.
 */
export function isOnPlatform(env: Pick<Env, "ENVIRONMENT" | "SUPERVISOR_SECRET">): boolean {
  return env.ENVIRONMENT === "production" && !env.SUPERVISOR_SECRET;
}

/** The private "host:port" pairs that the deployment lets plugins reach. */
export function allowedPrivateNet(env: Pick<Env, "ALLOW_PRIVATE_NET">): readonly string[] {
  return listOf(env.ALLOW_PRIVATE_NET?.toLowerCase());
}

/** The host's own secrets, each with its variable's name, to keep them out of what is written down. */
export function hostSecrets(env: Env): readonly { readonly name: string; readonly value: string }[] {
  const variables = env as unknown as Record<string, unknown>;
  return HOST_SECRETS.flatMap((name) => {
    const text = variables[name];
    return typeof text === "string" ? listOf(text).map((value) => ({ name, value })) : [];
  });
}

const HOST_SECRETS = [
  "ADMIN_API_KEY",
  "ALERT_WEBHOOK_HEADER",
  "KILI_API_KEY",
  "METRICS_KEY",
  "STORE_SECRET",
  "SUPERVISOR_SECRET",
  "WEBHOOK_SECRET",
  "WEBHOOK_SIGNING_SECRET",
] as const satisfies readonly (keyof Env)[];

/**
 * The value of a variable a plugin declared in `[permissions] env`, or null. Plugins see only what the
 * deployment stored for them under the PLUGIN_ prefix, so no manifest can name the host's own secrets.
 */
export function pluginVariable(env: Env, name: string): string | null {
  const value = (env as unknown as Record<string, unknown>)[`PLUGIN_${name}`];
  return typeof value === "string" ? value : null;
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry.length > 0);
}
