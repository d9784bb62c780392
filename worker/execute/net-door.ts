// The network door: a plugin's only way out. Guests hold stubs of it and call it with whatever they like; it has one
// method to call, and one that turns raw sockets away.
import { WorkerEntrypoint } from "cloudflare:workers";
import { allowedPrivateNet, type Env } from "../env.ts";
import type { DoorProps } from "./door-props.ts";
import { openDoorRun } from "./door-run.ts";
import { fetchGated } from "./fetch-gated.ts";
import { refusalResponse } from "./refusal-response.ts";

/** One run's door to the network. */
export class NetDoor extends WorkerEntrypoint<Env, DoorProps> {
  /** Never throws: errors lose their names and stacks between isolates. */
  override async fetch(request: Request): Promise<Response> {
    const { runId, netHosts } = this.ctx.props;
    try {
      return await fetchGated(request, {
        run: openDoorRun(this.env, this.ctx.props),
        access: { hosts: netHosts, allowPrivate: allowedPrivateNet(this.env) },
        fetch: (outbound) => fetch(outbound),
        now: () => Date.now(),
      });
    } catch (error) {
      console.error(`Network door of run ${runId} failed:`, error);
      return refusalResponse({ name: "HostError", message: "Cannot fetch: the host failed, see its log" });
    }
  }
}
