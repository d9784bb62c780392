// What a user would build instead, open for the same load as the host.
import type { Contender } from "../figures/throughput.ts";
import { fetchDeno } from "./fetch-deno.ts";
import { openDenoHost } from "./open-deno-host.ts";

/** Opens the Deno host in both of its ways to commit. */
export async function openPeers(): Promise<readonly Contender[]> {
  const deno = await fetchDeno();
  return [await openDenoHost(deno, "each"), await openDenoHost(deno, "group")];
}
