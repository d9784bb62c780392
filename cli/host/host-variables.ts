// Which of the process's environment variables reach the Worker. It reads no file.

const NAMES = [
  "ADMIN_API_KEY",
  "ALERT_WEBHOOK_HEADER",
  "ALERT_WEBHOOK_URL",
  "ALLOW_PRIVATE_NET",
  "CLIENT_ADDRESS_HEADER",
  "AUDIT_KEEP_DAYS",
  "DEAD_LETTERS_KEEP_DAYS",
  "DELETED_KEEP_DAYS",
  "EVENTS_KEEP_DAYS",
  "INFER_KILI_SCOPES",
  "KILI_API_ENDPOINT",
  "KILI_API_KEY",
  "KILI_CALLS_PER_MINUTE",
  "LOGS_KEEP_DAYS",
  "METRICS_KEY",
  "PAYLOAD_KEEP_DAYS",
  "ROLLUPS_KEEP_DAYS",
  "STORE_SECRET",
  "UPSTREAM_KEY",
  "WEBHOOK_SECRET",
  "WEBHOOK_SIGNING_SECRET",
];
const PLUGIN_PREFIX = "PLUGIN_";

/** The host's own variables and the plugins', out of a whole environment, so that nothing else leaks in. */
export function hostVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value && (NAMES.includes(name) || name.startsWith(PLUGIN_PREFIX))) variables[name] = value;
  }
  return variables;
}
