// Where the host is that a command asks. Asks nobody, and does not say whether one is there.
import { resolve } from "node:path";
import { findRunningHost } from "../host/claim-data-dir.ts";

const DEFAULT_URL = "http://127.0.0.1:8787";

export interface HostPlace {
  readonly url?: string;
  readonly data: string;
}

/** The URL of `--url`, of the host that runs on `--data`, or where one would be; without a slash at its end. */
export async function findHostUrl({ url, data }: HostPlace): Promise<string> {
  return (url ?? (await findRunningHost(resolve(data)))?.url ?? DEFAULT_URL).replace(/\/+$/, "");
}
