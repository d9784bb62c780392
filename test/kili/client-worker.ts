// A host of one plugin and one project for the Kili client: a real isolate, a real door, the real budget; its inbox only
// keeps what it is told. `PUT /` takes the artifact, `POST /?project=p&run=r` runs its calls, `GET /?document=…` makes one
// call to Kili without any of it.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { Artifact } from "../../schemas/artifact.ts";
import type { KiliDoorStub } from "../../schemas/guest.ts";
import type { DoorProps } from "../../worker/execute/door-props.ts";
import { runPlugin } from "../../worker/execute/run-plugin.ts";
import { kiliUpstream, type Env } from "../../worker/env.ts";
import { postToKili } from "../../worker/kili/post-to-kili.ts";

export { Inbox, KiliBudget, KiliDoor, NetDoor } from "../execute/net-doors-worker.ts";

type Exports = Record<"KiliDoor", (given: { props: DoorProps }) => KiliDoorStub>;

let artifact: Artifact | null = null;

export default {
  async fetch(request, env, ctx) {
    const { searchParams } = new URL(request.url);
    if (request.method === "PUT") {
      artifact = await request.json<Artifact>();
      return new Response(null, { status: 204 });
    }
    if (request.method === "GET") return callDirectly(env, Number(searchParams.get("calls")));
    if (artifact === null) return new Response("no artifact yet", { status: 409 });
    const runId = searchParams.get("run") ?? crypto.randomUUID();
    const projects = searchParams.getAll("project");
    const report = await run(env, ctx.exports, artifact, {
      runId,
      projects,
      timeoutMs: Number(searchParams.get("timeout") ?? 30_000),
      body: await request.text(),
    });
    return Response.json({ ...report.outcome, logs: report.logs });
  },
} satisfies ExportedHandler<Env>;

/** What a call costs with no plugin, no door and no budget around it. */
async function callDirectly(env: Env, calls: number): Promise<Response> {
  const upstream = kiliUpstream(env);
  if (upstream === null) return new Response("no key", { status: 409 });
  const query = "query ($w: LabelWhere!) { data: countLabels(where: $w) }";
  const body = JSON.stringify({ query, variables: { w: { project: { id: "p" } } } });
  for (let call = 0; call < calls; call += 1) {
    const request = { body, timeoutMs: 30_000, limitBytes: 1_000_000 };
    const posted = await postToKili(upstream, request, (url, init) => fetch(url, init));
    if (!posted.ok || posted.value.status !== 200) return Response.json(posted, { status: 502 });
  }
  return new Response(null, { status: 204 });
}

interface Run {
  readonly runId: string;
  readonly projects: readonly string[];
  readonly timeoutMs: number;
  readonly body: string;
}

function run(env: Env, exports: Exports, built: Artifact, { runId, projects, timeoutMs, body }: Run) {
  const { code, handlers, hash } = built;
  const manifest = { ...built.manifest, limits: { ...built.manifest.limits, timeout_ms: timeoutMs } };
  const { name, permissions, version } = manifest;
  const plugin: ActivePlugin = {
    name,
    pluginId: "plugin",
    versionId: "version",
    kind: "code",
    hash,
    version,
    manifest,
    handlers,
  };
  const props: DoorProps = {
    runId,
    inboxName: "demo",
    pluginName: name,
    projectId: "p",
    eventId: "event",
    deliveryId: "delivery",
    deadlineAt: Date.now() + timeoutMs,
    assetId: "a",
    labelId: null,
    kiliScopes: permissions.kili,
    kiliProjects: ["p", ...projects],
    shadow: false,
    netHosts: [],
  };
  const request = { runId, attempt: 1, deliveryId: "delivery", projectId: "p", eventType: "client.call" };
  return runPlugin(
    { ...request, plugin, body, generation: 0, place: 0 },
    {
      loader: env.LOADER,
      assets: env.ASSETS,
      doors: { kili: exports.KiliDoor({ props }), net: null },
      ledger: { calls: [], refusals: [], overLimit: false },
      readCode: async () => code,
      readSourceMap: async () => null,
      variable: () => null,
      now: () => Date.now(),
    },
  );
}
