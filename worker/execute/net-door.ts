// The network door: a plugin's only way out. Guests hold stubs of it and call it with whatever they like; it has one
// method to call, and one that turns raw sockets away.
import { WorkerEntrypoint } from "cloudflare:workers";
import { allowedPrivateNet, type Env } from "../env.ts";
import { log } from "../log.ts";
import { createOutbound } from "./create-outbound.ts";
import type { DoorProps } from "./door-props.ts";
import { openDoorRun } from "./door-run.ts";
import { fetchGated } from "./fetch-gated.ts";
import { refusalResponse } from "./refusal-response.ts";

const MAX_WANTED_CHARS = 300;

/** One run's door to the network. */
export class NetDoor extends WorkerEntrypoint<Env, DoorProps> {
  /** Never throws: errors lose their names and stacks between isolates. */
  override async fetch(request: Request): Promise<Response> {
    const { runId, netHosts } = this.ctx.props;
    try {
      return await fetchGated(request, {
        run: openDoorRun(this.env, this.ctx.props),
        access: { hosts: netHosts, allowPrivate: allowedPrivateNet(this.env) },
        fetch: createOutbound(this.env, (outbound) => fetch(outbound)),
        now: () => Date.now(),
        readsOnly: this.ctx.props.trial !== undefined,
      });
    } catch (error) {
      log("error", "network door failed", { run: runId, error });
      return refusalResponse({ name: "HostError", message: "Cannot fetch: the host failed, see its log" });
    }
  }

  /** Raw sockets end here. Without this method the runtime writes a stack to the host's log for each one. */
  override async connect(socket: Socket): Promise<void> {
    try {
      const run = openDoorRun(this.env, this.ctx.props);
      const { localAddress } = await socket.opened;
      const wanted = `a socket to ${localAddress ?? "somewhere"}`.slice(0, MAX_WANTED_CHARS);
      if ((await run.begin()).type === "allowed") await run.refused({ capability: "net", wanted, at: Date.now() });
      await socket.close();
    } catch (error) {
      log("error", "network door failed", { run: this.ctx.props.runId, error });
    }
  }
}
