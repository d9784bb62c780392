// Whether the secrets a host needs are there and are long enough to be secrets. Never shows one.
import type { Finding } from "./finding.ts";

/** What the host refuses to run without in production, and what each is for. */
const NEEDED = {
  WEBHOOK_SECRET: "events are refused without it",
  ADMIN_API_KEY: "nobody can sign in without it",
  STORE_SECRET: "webhooks' headers and sessions need it",
} as const;
const MIN_CHARS = 24;

/** Looks at variables by name. */
export function checkSecrets(values: Readonly<Record<string, string | undefined>>): Finding[] {
  const needed = Object.entries(NEEDED).map(([name, why]) => checkOne(name, why, values[name]));
  const given = Object.entries(NEEDED).flatMap(([name]) => listSecrets(values[name]));
  const twice = new Set(given).size < given.length;
  const same: Finding = { name: "secrets", state: "bad", found: "two are the same", mend: "make each its own" };
  return [...needed, ...(twice ? [same] : []), checkKiliKey(values["KILI_API_KEY"])];
}

function checkOne(name: string, why: string, value: string | undefined): Finding {
  const mend = `npm start makes one up in .dev.vars; in production: npx wrangler secret put ${name}`;
  if (listSecrets(value).length === 0) return { name, state: "bad", found: `not set: ${why}`, mend };
  const shortest = Math.min(...listSecrets(value).map((secret) => secret.length));
  if (shortest >= MIN_CHARS) return { name, state: "good", found: "set", mend: null };
  const longer = `take ${MIN_CHARS} random characters or more: openssl rand -base64 32`;
  return { name, state: "note", found: `only ${shortest} characters`, mend: longer };
}

/** While a secret is being changed, its variable holds both with a comma between them. */
function listSecrets(value = ""): string[] {
  return value
    .split(",")
    .map((secret) => secret.trim())
    .filter((secret) => secret !== "");
}

function checkKiliKey(value: string | undefined): Finding {
  const name = "KILI_API_KEY";
  if (value?.trim()) return { name, state: "good", found: "set", mend: null };
  const mend = "set it to have writes sent to Kili; without it they are recorded as dry runs, and reads are refused";
  return { name, state: "note", found: "not set", mend };
}
