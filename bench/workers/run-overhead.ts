// Calls the host's own `runPlugin` with nothing around it, as often as it is asked to. The clock is the caller's: the
// one in here stands still or counts whole milliseconds.
//
// `PUT /` takes the artifact; `POST /?runs=20` runs it so often in its isolate, one after the other; with `fresh=7` in
// isolate number 7.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { Artifact } from "../../schemas/artifact.ts";
import { runPlugin, type RunDeps } from "../../worker/execute/run-plugin.ts";

let artifact: Artifact | null = null;

// oxlint-disable-next-line import/no-default-export -- the form of a Worker
export default {
  async fetch(request, env) {
    if (request.method === "PUT") {
      artifact = await request.json<Artifact>();
      return new Response(null, { status: 204 });
    }
    if (artifact === null) return new Response("no artifact yet", { status: 409 });
    const { searchParams } = new URL(request.url);
    const body = await request.text();
    for (let run = 0; run < Number(searchParams.get("runs")); run += 1) {
      const outcome = await runOnce(
        { loader: env.LOADER, assets: env.ASSETS },
        artifact,
        body,
        Number(searchParams.get("fresh")),
      );
      if (outcome.type !== "ok") return Response.json(outcome, { status: 500 });
    }
    return new Response(null, { status: 204 });
  },
} satisfies ExportedHandler<{ readonly LOADER: WorkerLoader; readonly ASSETS: Fetcher }>;

async function runOnce(
  bindings: Pick<RunDeps, "loader" | "assets">,
  built: Artifact,
  body: string,
  generation: number,
) {
  const { code, handlers, hash, manifest } = built;
  const { name, version } = manifest;
  const plugin: ActivePlugin = {
    name,
    pluginId: "plugin",
    versionId: "version",
    hash,
    version,
    kind: "code",
    manifest,
    handlers,
  };
  const report = await runPlugin(
    {
      runId: "run",
      attempt: 1,
      deliveryId: "delivery",
      plugin,
      projectId: "bench",
      eventType: "onSubmit",
      body,
      generation,
      place: 0,
    },
    {
      ...bindings,
      doors: { kili: null, net: null },
      ledger: { calls: [], refusals: [], overLimit: false },
      readCode: async () => code,
      readSourceMap: async () => null,
      variable: () => null,
      now: () => Date.now(),
    },
  );
  return report.outcome;
}
