// The doctor command: what keeps this machine or its host from working, and how to mend each. It changes nothing.
import { join } from "node:path";
import { styleText } from "node:util";
import { checkHost, type HostToCheck } from "../doctor/check-host.ts";
import { checkKili } from "../doctor/check-kili.ts";
import { checkProject } from "../doctor/check-project.ts";
import { checkSecrets } from "../doctor/check-secrets.ts";
import type { Finding } from "../doctor/finding.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { findHostUrl } from "../api/find-host-url.ts";
import { ok } from "../../schemas/result.ts";
import { DEV_VARS_FILE, readDevVars } from "../host/read-dev-vars.ts";
import { sayResult } from "../say-result.ts";

export interface DoctorFlags extends HostFlags {
  readonly json?: boolean;
}

/** Looks at everything; the answer is the exit code: 1 when something is bad. */
export async function runDoctor(flags: DoctorFlags): Promise<number> {
  const findings = await findAll(flags);
  const exitCode = findings.some(({ state }) => state === "bad") ? 1 : 0;
  return sayResult({ ok: true, value: { json: findings, text: render(findings), exitCode } }, flags.json ?? false);
}

async function findAll(flags: DoctorFlags): Promise<Finding[]> {
  const project = await checkProject(flags.root, process.versions.node);
  const read = await readDevVars(join(flags.root, DEV_VARS_FILE));
  if (!read.ok) return [...project, { name: DEV_VARS_FILE, state: "bad", found: read.failure.message, mend: null }];
  const values: Record<string, string | undefined> = { ...read.value, ...process.env };
  return [
    ...project,
    ...checkSecrets(values),
    ...(await findHost(flags)),
    ...(await checkKili({ endpoint: values["KILI_API_ENDPOINT"], apiKey: values["KILI_API_KEY"] }, fetch)),
  ];
}

async function findHost(flags: DoctorFlags): Promise<Finding[]> {
  const isNamed = flags.url !== undefined;
  const url = await findHostUrl(flags);
  // On a data directory, one may be about to be started.
  if (!url.ok) return [{ name: "host", state: isNamed ? "bad" : "note", found: url.failure.message, mend: null }];
  const access = await findHostAccess(flags, "ask the host about a key");
  const host: HostToCheck = { url: url.value, isNamed, key: access.ok ? ok(access.value.adminKey) : access, fetch };
  return checkHost(host, Date.now);
}

const MARKS = {
  good: () => styleText("green", "✔"),
  note: () => styleText("yellow", "–"),
  bad: () => styleText("red", "✖"),
} as const;

function render(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, state, found, mend }) => {
      const line = `${MARKS[state]()} ${name.padEnd(width)}  ${found}`;
      return mend === null ? line : `${line}\n  ${" ".repeat(width)}  ${styleText("dim", mend)}`;
    })
    .join("\n");
}
