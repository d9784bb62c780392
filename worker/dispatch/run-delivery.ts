// Gives one attempt of a delivery what it needs to run: its plugin, its doors, its ledger, its isolate's name.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { RunReport } from "../../schemas/run.ts";
import { allowedPrivateNet, maxCpuMs, pluginVariable, storeSecrets, webhookSigningSecrets, type Env } from "../env.ts";
import { createOutbound } from "../execute/create-outbound.ts";
import type { DoorProps } from "../execute/door-props.ts";
import { effectiveLimits } from "../execute/effective-limits.ts";
import type { Hide } from "../execute/create-hide.ts";
import { hideForRun } from "../execute/hide-for-run.ts";
import { runAttempt } from "../execute/run-attempt.ts";
import type { RunGroups } from "../execute/run-groups.ts";
import type { RunDeps } from "../execute/run-plugin.ts";
import { sourceMaps } from "../execute/source-maps.ts";
import { takeLoadTurn } from "../execute/take-load-turn.ts";
import { findWebhook } from "../store/find-webhook.ts";
import { readArtifact } from "../store/read-artifact.ts";
import { readSourceMap } from "../store/read-source-map.ts";
import type { BriefVersions } from "./brief-versions.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";
import type { Journal } from "./journal.ts";
import { losesIsolate } from "./loses-isolate.ts";
import type { Versions } from "./versions.ts";
import { toLostReport } from "./to-lost-report.ts";
import { toRunUnderWay, type ShownFacts } from "./to-run-under-way.ts";
import type { Places } from "./places.ts";
import type { OpenLedger, RunLedgers } from "./run-ledgers.ts";
import { runsApart } from "./runs-apart.ts";

export interface RunDeliveryDeps {
  readonly env: Env;
  /** The Worker's own entrypoints, to make doors of. */
  readonly exports: Cloudflare.Exports;
  readonly journal: Journal;
  readonly versions: Pick<Versions, "choose">;
  readonly ledgers: RunLedgers;
  /** Per version: raised when an isolate is gone or never came to be, since its name would only bring the failure back. */
  readonly generations: Map<string, number>;
  readonly places: Places;
  /** Runs of brief versions go together. */
  readonly together: { readonly groups: RunGroups; readonly brief: BriefVersions };
  readonly projectId: string;
}

/** Not made where the run is: what a function is made beside, it keeps from being collected. */
function codeReader(db: D1Database): (hash: string) => Promise<string> {
  return async (hash) => (await readArtifact(db, hash))?.code ?? Promise.reject(new Error("it is not stored"));
}

function showRun(facts: ShownFacts, ledger: OpenLedger, hide: Hide): NonNullable<RunDeps["showLog"]> {
  return (lines) => {
    ledger.show = (most) => toRunUnderWay(facts, ledger, lines(), { most, hide });
  };
}

/** Runs one attempt. Never throws. */
export async function runDelivery(runId: string, delivery: ClaimedDelivery, deps: RunDeliveryDeps): Promise<RunReport> {
  const { env, generations, journal, ledgers, places, projectId, together, versions } = deps;
  const plugin = await versions.choose(delivery);
  if (plugin === "unknown") return toLostReport("the plugins could not be read");
  if (plugin === null) {
    const message = `version "${delivery.versionId}" is no longer kept, and the plugin is not active here`;
    return { ...toLostReport(message), outcome: { type: "load_failed", message } };
  }
  const { permissions, limits } = plugin.manifest;
  const { timeoutMs, subrequests } = effectiveLimits(limits);
  // Not there in manifests that were registered before there was such a key.
  const kiliProjects = permissions.kili_projects as readonly string[] | undefined;
  const generation = generations.get(plugin.versionId) ?? 0;
  // For most plugins all the same: only runs that may not meet are in different places.
  const place = runsApart(plugin.manifest) ? places.take(plugin.versionId) : 0;
  const { isolation, main } = plugin.manifest;
  const key = { hash: plugin.hash, isolation, main, projectId, generation, place };
  // Before anything of the run's time is counted.
  const turn = await takeLoadTurn(key, timeoutMs, maxCpuMs(env));
  const props: DoorProps = {
    runId,
    inboxName: projectId,
    pluginName: plugin.name,
    projectId,
    eventId: delivery.facts.id,
    deliveryId: delivery.id,
    deadlineAt: Date.now() + timeoutMs,
    assetId: delivery.facts.assetId,
    labelId: delivery.facts.labelId,
    kiliScopes: permissions.kili,
    kiliProjects: [projectId, ...(kiliProjects ?? [])],
    netHosts: permissions.net,
    shadow: delivery.shadow,
  };
  const ledger = ledgers.open(runId, {
    eventSeq: delivery.eventSeq,
    eventId: delivery.facts.id,
    pluginName: plugin.name,
    limit: subrequests,
  });
  const hide = hideForRun(env, permissions.env);
  const report = await runAttempt(
    {
      runId,
      attempt: delivery.attempt,
      deliveryId: delivery.id,
      shadow: delivery.shadow,
      plugin,
      projectId,
      eventType: delivery.facts.type,
      body: delivery.body ?? journal.readBody(delivery.eventSeq),
      generation,
      place,
      kiliRunId: delivery.facts.kiliRunId ?? delivery.facts.id,
    },
    {
      hide,
      isolate: {
        showLog: showRun(
          {
            ...{ runId, projectId, deliveryId: delivery.id, eventId: delivery.facts.id, pluginName: plugin.name },
            ...{ attempt: delivery.attempt, startedAt: Date.now() },
          },
          ledger,
          hide,
        ),
        loader: env.LOADER,
        assets: env.ASSETS,
        doors: {
          kili: permissions.kili.length === 0 ? null : deps.exports.KiliDoor({ props }),
          net: permissions.net.length === 0 ? null : deps.exports.NetDoor({ props }),
        },
        ledger,
        readCode: codeReader(env.DB),
        readSourceMap: (hash) => sourceMaps.find(hash, () => readSourceMap(env.DB, hash)),
        variable: (name) => pluginVariable(env, name),
        maxCpuMs: maxCpuMs(env),
        onLoaded: turn.loaded,
        groups: mayBeShared(delivery, plugin) && together.brief.has(plugin.versionId) ? together.groups : undefined,
        now: () => Date.now(),
      },
      webhook: {
        findWebhook: (versionId) => findWebhook(env.DB, versionId),
        storeSecrets: storeSecrets(env),
        signingSecrets: webhookSigningSecrets(env),
        allowPrivate: allowedPrivateNet(env),
        fetch: createOutbound(env, (outbound) => fetch(outbound)),
        now: () => Date.now(),
      },
    },
  );
  together.brief.ended(plugin.versionId, report);
  turn.ended(report.outcome.type === "ok");
  ledgers.close(runId);
  places.giveBack(plugin.versionId, place);
  if (losesIsolate(report)) generations.set(plugin.versionId, generation + 1);
  return plugin.versionId === delivery.versionId ? report : { ...report, versionId: plugin.versionId };
}

/**
 * What went wrong before is to have nobody near, should it happen again; nor is a live run's door to be near what only
 * records its writes. And who has no other attempt is not to lose the only one to somebody else.
 */
function mayBeShared({ attempt, deaths, shadow }: ClaimedDelivery, { manifest }: ActivePlugin): boolean {
  return attempt === 1 && deaths === 0 && !shadow && manifest.retry.max_attempts > 1;
}
