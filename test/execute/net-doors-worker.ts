// A small host for the doors' own tests: real isolates, real doors, and an inbox that only keeps what it is told.
// `POST /` runs the body as a guest's code, with `net` and `kili` in scope, and answers what that returns.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import type { CallVerdict, WriteFinding } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import type { DoorProps } from "../../worker/execute/door-props.ts";
import type { Env } from "../../worker/env.ts";

export { KiliDoor } from "../../worker/execute/kili-door.ts";
export { NetDoor } from "../../worker/execute/net-door.ts";
export { KiliBudget } from "../../worker/kili/kili-budget.ts";

const MAX_CALLS = 40;

interface RunRecord {
  begun: number;
  readonly calls: RunCall[];
  readonly refusals: Refusal[];
}

/** Keeps each run's calls and refusals; a run named "over" is over. */
export class Inbox extends DurableObject {
  #records = new Map<string, RunRecord>();

  async beginCall(runId: string): Promise<CallVerdict> {
    if (runId === "over") return { type: "closed" };
    const record = this.#recordOf(runId);
    record.begun += 1;
    return record.begun > MAX_CALLS
      ? { type: "over_limit", limit: MAX_CALLS }
      : { type: "allowed", position: record.begun };
  }

  async isUnderWay(runId: string): Promise<boolean> {
    return runId !== "over" && runId !== "soon-over";
  }

  async findWrite(): Promise<WriteFinding> {
    return { type: "new" };
  }

  async beginWrite(): Promise<number> {
    return 1;
  }

  async endCall(runId: string, call: RunCall): Promise<void> {
    this.#recordOf(runId).calls.push(call);
  }

  async refused(runId: string, refusal: Refusal): Promise<void> {
    this.#recordOf(runId).refusals.push(refusal);
  }

  async recordOf(runId: string): Promise<RunRecord> {
    return this.#recordOf(runId);
  }

  #recordOf(runId: string): RunRecord {
    const record: RunRecord = this.#records.get(runId) ?? { begun: 0, calls: [], refusals: [] };
    this.#records.set(runId, record);
    return record;
  }
}

interface DoorsEnv extends Omit<Env, "INBOX"> {
  readonly INBOX: DurableObjectNamespace<Inbox>;
}

const guestModule = (code: string): string => `
  import { WorkerEntrypoint } from "cloudflare:workers";
  export default class extends WorkerEntrypoint {
    async fetch() {
      const { net, kili } = this.ctx.props;
      const shown = async (response) => ({
        status: response.status,
        refusal: JSON.parse(response.headers.get("x-kili-edge-refusal")),
        text: await response.text(),
      });
      const caught = async (run) => { try { return await run(); } catch (error) { return String(error); } };
      const value = await (async () => { ${code} })();
      return value instanceof Response ? value : Response.json(value ?? null);
    }
  }`;

export default class extends WorkerEntrypoint<DoorsEnv> {
  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const runId = url.searchParams.get("run") ?? "run";
    const inbox = this.env.INBOX.get(this.env.INBOX.idFromName("demo"));
    if (request.method === "GET") return Response.json(await inbox.recordOf(runId));

    const code = await request.text();
    const props: DoorProps = {
      runId,
      inboxName: "demo",
      pluginName: "guest",
      projectId: "demo",
      eventId: "event",
      deliveryId: "delivery",
      deadlineAt: Date.now() + 60_000,
      assetId: "a",
      labelId: null,
      kiliProjects: ["demo"],
      kiliScopes: url.searchParams.getAll("kili"),
      shadow: false,
      netHosts: url.searchParams.getAll("net"),
    };
    const exports = this.ctx.exports as unknown as Record<
      "KiliDoor" | "NetDoor",
      (with_: { props: DoorProps }) => unknown
    >;
    const worker = this.env.LOADER.get(crypto.randomUUID(), () => ({
      compatibilityDate: "2026-11-01",
      mainModule: "guest.js",
      modules: { "guest.js": guestModule(code) },
      globalOutbound: null,
      env: {},
    }));
    const guest = worker.getEntrypoint(undefined, {
      props: { net: exports.NetDoor({ props }), kili: exports.KiliDoor({ props }) },
    });
    return guest.fetch("http://guest/");
  }
}
