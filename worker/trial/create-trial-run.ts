// Gives one run of a trial what it needs: the order's code, doors that withhold writes, a ledger, an isolate of the order.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { RunReport } from "../../schemas/run.ts";
import type { TrialOrder } from "../../schemas/trial.ts";
import { losesIsolate } from "../dispatch/loses-isolate.ts";
import type { RunLedgers } from "../dispatch/run-ledgers.ts";
import { maxCpuMs, pluginVariable, type Env } from "../env.ts";
import type { DoorProps } from "../execute/door-props.ts";
import { effectiveLimits } from "../execute/effective-limits.ts";
import { hideForRun } from "../execute/hide-for-run.ts";
import { redactReport } from "../execute/redact-report.ts";
import { runPlugin } from "../execute/run-plugin.ts";
import { SourceMaps } from "../execute/source-maps.ts";
import { takeLoadTurn } from "../execute/take-load-turn.ts";
import { solitude } from "../solitude.ts";
import type { EventRow } from "../store/flush-batch.ts";
import { holdIsolates } from "./hold-isolates.ts";

export interface TrialRunDeps {
  readonly env: Env;
  /** The Worker's own entrypoints, to make doors of. */
  readonly exports: Cloudflare.Exports;
  readonly ledgers: RunLedgers;
  readonly onRun: (runId: string, isOver: boolean) => void;
}

export type TrialRun = (event: EventRow, body: string | Uint8Array<ArrayBuffer>, place: number) => Promise<RunReport>;

/** Runs the order's version once, on the event; `place` is one that no other run has meanwhile. Never throws. */
export function createTrialRun(
  { artifact, projectId, reads }: TrialOrder,
  { env, exports, ledgers, onRun }: TrialRunDeps,
): TrialRun {
  const { hash, handlers, manifest } = artifact;
  const { limits, name, permissions, version } = manifest;
  const none = { pluginId: "trial", versionId: "trial" };
  const plugin: ActivePlugin = { ...none, name, kind: "code", hash, version, manifest, handlers };
  const loader = holdIsolates(env.LOADER);
  const hide = hideForRun(env, permissions.env);
  const { timeoutMs, subrequests } = effectiveLimits(limits);
  // Not the isolate's own: of what is tried, the map is whoever's word, and the hash is not of the map.
  const maps = new SourceMaps();
  let generation = 0;
  const runOnce: TrialRun = async (event, body, place) => {
    const runId = `trial-${crypto.randomUUID()}`;
    // Its isolates are the trial's own, of which nobody keeps a record.
    const key = { hash, isolation: "run", main: manifest.main, projectId, generation, place } as const;
    const turn = await takeLoadTurn(key, timeoutMs, maxCpuMs(env));
    const props: DoorProps = {
      ...{ runId, projectId, pluginName: name, inboxName: projectId, eventId: event.id, deliveryId: runId },
      ...{ assetId: event.assetId, labelId: event.labelId, deadlineAt: Date.now() + timeoutMs, trial: { reads } },
      kiliScopes: permissions.kili,
      kiliProjects: [projectId, ...permissions.kili_projects],
      shadow: true,
      netHosts: permissions.net,
    };
    const ledger = ledgers.open(runId, { eventSeq: 0, eventId: event.id, pluginName: name, limit: subrequests });
    onRun(runId, false);
    const ran = await runPlugin(
      { runId, attempt: 1, deliveryId: runId, plugin, projectId, eventType: event.type, body, generation, place },
      {
        loader,
        assets: env.ASSETS,
        doors: {
          kili: permissions.kili.length === 0 ? null : exports.KiliDoor({ props }),
          net: permissions.net.length === 0 ? null : exports.NetDoor({ props }),
        },
        ledger,
        readCode: async () => artifact.code,
        readSourceMap: (hash) => maps.find(hash, async () => artifact.sourceMap),
        variable: (variable) => pluginVariable(env, variable),
        maxCpuMs: maxCpuMs(env),
        onLoaded: turn.loaded,
        now: () => Date.now(),
      },
    );
    turn.loaded();
    ledgers.close(runId);
    onRun(runId, true);
    if (losesIsolate(ran)) generation += 1;
    return redactReport(ran, hide);
  };
  // What it tries may end the process, which is not to be held against a delivery that runs alone.
  return (event, body, place) => solitude.beside(Date.now, () => runOnce(event, body, place));
}
