// The floor: what one call of a Durable Object costs on this machine, with nothing done on either side of it.
import { DurableObject } from "cloudflare:workers";

export class Empty extends DurableObject {
  async touch(): Promise<void> {}
}

interface FloorEnv {
  readonly EMPTY: DurableObjectNamespace<Empty>;
}

// oxlint-disable-next-line import/no-default-export -- the form of a Worker
export default {
  async fetch(_request, env) {
    await env.EMPTY.getByName("floor").touch();
    return new Response(null, { status: 202 });
  },
} satisfies ExportedHandler<FloorEnv>;
