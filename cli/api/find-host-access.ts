// Which host a command asks, and with which key. Finds both without asking anybody.
import { join } from "node:path";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { DEV_VARS_FILE, readDevVars } from "../host/read-dev-vars.ts";
import { findHostUrl, type HostPlace } from "./find-host-url.ts";
import type { HostAccess } from "./register-plugin.ts";

export type HostFlags = HostPlace;

/** The host of `--url` or `--data`, and a key for it: one's own, or on the host's own machine its admin's. */
export async function findHostAccess(flags: HostFlags, action: string): Promise<Result<HostAccess, CliFailure>> {
  const url = await findHostUrl(flags);
  if (!url.ok) return url;
  const read = await readDevVars(join(flags.root, DEV_VARS_FILE));
  if (!read.ok) return read;
  const { KILI_EDGE_API_KEY: own, ADMIN_API_KEY: admin } = process.env;
  const key = (own || admin || read.value?.["ADMIN_API_KEY"] || "").trim();
  if (key === "") {
    return fail({
      reason: "no_secret",
      message: `Cannot ${action}: no KILI_EDGE_API_KEY in the environment and no ADMIN_API_KEY in ${DEV_VARS_FILE}, wanted a key of the host`,
    });
  }
  return ok({ url: url.value, adminKey: key, fetch });
}
