// Puts the parts of an inbox together. What the platform and the rest of the host see of them is inbox.ts.
import { drain } from "../drain.ts";
import { maxCpuMs, type Env } from "../env.ts";
import { DAY_MS, KEPT_PAYLOADS_BYTES, MAX_COMMIT_EVENTS } from "../limits.ts";
import { listActivePlugins } from "../store/list-active-plugins.ts";
import { isVersionKept } from "../store/is-version-kept.ts";
import { RunGroups } from "../execute/run-groups.ts";
import { recordProject } from "../store/record-project.ts";
import { recordRuns } from "../store/record-runs.ts";
import type { ActivatedPlugin } from "../../schemas/active-plugin.ts";
import type { AcceptAnswer, IncomingEvent } from "../../schemas/inbox.ts";
import type { Pause } from "../../schemas/pause.ts";
import { retentionDays } from "../retention-days.ts";
import { Alerts } from "./alerts.ts";
import { Backlog } from "./backlog.ts";
import { BriefVersions } from "./brief-versions.ts";
import { buryWaiting } from "./bury-waiting.ts";
import { Causes } from "./causes.ts";
import { CpuLoad } from "./cpu-load.ts";
import { Dispatcher } from "./dispatcher.ts";
import { endedFromOutside } from "./ended-from-outside.ts";
import { Flusher } from "./flusher.ts";
import { GroupCommit } from "./group-commit.ts";
import { Intake } from "./intake.ts";
import { Journal, type EndedAttempt, type Expected } from "./journal.ts";
import { JournalledSuspects } from "./journalled-suspects.ts";
import { KeptEvents } from "./kept-events.ts";
import { Memory } from "./memory.ts";
import { Outbox } from "./outbox.ts";
import { Pauses } from "./pauses.ts";
import { Places } from "./places.ts";
import { PluginSet } from "./plugin-set.ts";
import { SetAside } from "./set-aside.ts";
import { Replays } from "./replays.ts";
import { runDelivery } from "./run-delivery.ts";
import { RunLedgers } from "./run-ledgers.ts";
import { alertSender } from "./send-alert.ts";
import { toBacklogAlert } from "./to-backlog-alert.ts";
import { solitude } from "../solitude.ts";
import { toPauseAlert } from "./to-pause-alert.ts";
import { takesWrites } from "./takes-writes.ts";
import { thisProcess } from "./this-process.ts";
import { toPauseRow } from "./to-pause-row.ts";
import { toSetAsideAlert } from "./to-set-aside-alert.ts";
import { Versions } from "./versions.ts";
import { Upkeep } from "./upkeep.ts";
import { WriteJournal } from "./write-journal.ts";

export interface InboxParts {
  readonly journal: Journal;
  readonly memory: Memory;
  readonly outbox: Outbox;
  readonly setAside: SetAside;
  readonly plugins: PluginSet;
  readonly pauses: Pauses;
  readonly alerts: Alerts;
  readonly dispatcher: Dispatcher;
  readonly flusher: Flusher;
  readonly ledgers: RunLedgers;
  readonly writes: WriteJournal;
  readonly kept: KeptEvents;
  readonly backlog: Backlog;
  readonly causes: Causes;
  readonly replays: Replays;
  readonly upkeep: Upkeep;
  /** Tells the inbox whose it is. Only the first time counts. */
  readonly setProjectId: (projectId: string) => void;
  /** Resolves once the event is on disk. */
  readonly commit: (event: IncomingEvent) => Promise<AcceptAnswer>;
}

/** What is remembered of the project: its id, and whether it keeps payloads. */
const PROJECT = "project";
const KEEPS_PAYLOADS = "keeps payloads";

export interface InboxHooks {
  /** So many attempts were written down. */
  readonly onFinished: (attempts: number) => void;
  /** Plugins run again, because a version became current that is not the one they were held back for. */
  readonly onResumed: () => void;
}

/** The parts on an object's storage. */
export function assembleInbox(ctx: DurableObjectState, env: Env, { onFinished, onResumed }: InboxHooks): InboxParts {
  const { storage } = ctx;
  const now = (): number => Date.now();
  const sync = (): Promise<void> => storage.sync();
  const journal = new Journal(storage);
  const memory = new Memory(storage);
  let project = memory.recall(PROJECT);
  const projectId = (): string => {
    if (project === null) throw new Error("inbox used before its first event");
    return project;
  };
  const setProjectId = (id: string): void => {
    if (project !== null) return;
    project = id;
    memory.remember(PROJECT, id);
  };
  const outbox = new Outbox(storage);
  const kept = new KeptEvents(storage);
  const ledgers = new RunLedgers();
  // Whoever is supervised is alone: its doors are in its process. On Cloudflare they may be anywhere.
  const process = env.SUPERVISOR_SECRET ? thisProcess(now()) : null;
  const writes = new WriteJournal({ storage, now, process });
  const days = retentionDays(env);
  const places = new Places();
  const generations = new Map<string, number>();
  const together = { groups: new RunGroups(), brief: new BriefVersions() };
  const keepMs = (): number => (memory.recall(KEEPS_PAYLOADS) === "no" ? 0 : days.payloads * DAY_MS);
  let keeps = keepMs() > 0;

  const readPlugins = async (): Promise<ActivatedPlugin[]> => {
    // Known to the database before the set is read, so that whoever changes the set later knows whom to tell.
    const { keepsPayloads } = await recordProject(env.DB, projectId(), now());
    memory.remember(KEEPS_PAYLOADS, keepsPayloads ? "yes" : "no");
    keeps = keepMs() > 0;
    return listActivePlugins(env.DB, projectId());
  };
  // Not only when the registry says so: its notice may not have come, or not have been understood at once.
  const plugins = new PluginSet(memory, readPlugins, () => {
    if (pauses.resumeReplaced()) onResumed();
  });
  const setAside = new SetAside(storage, now);
  const flusher = new Flusher({
    ...{ outbox, setAside, projectId, now, random: Math.random },
    record: (batch) => recordRuns(env.DB, batch),
    isWell: () => takesWrites(recordProject(env.DB, projectId(), now())),
    keepsPayloads: () => keeps,
    onSetAside: (reason, isFirst) => {
      if (isFirst) alerts.raise(toSetAsideAlert(reason));
    },
  });
  const alerts = new Alerts({
    ...{ storage, memory, projectId, now },
    send: alertSender(env, now),
    newId: () => `alert_${crypto.randomUUID()}`,
  });
  const pauses = new Pauses({
    ...{ storage, now },
    currentVersion: (pluginName) => plugins.currentVersion(pluginName),
    onChange: (pluginName: string, pause: Pause | null, before: Pause | null) => {
      outbox.add({ pauses: [toPauseRow(projectId(), pluginName, pause, now())] });
      flusher.schedule();
      alerts.raise(toPauseAlert(pluginName, pause, before));
    },
  });
  const tellOfDead = (ended: readonly EndedAttempt[]): void => {
    for (const { delivery, next, rows } of ended) {
      if (next.type !== "dead") continue;
      const outcome = rows.runs[0]?.outcomeType ?? "lost";
      const { id, pluginName } = delivery;
      alerts.raiseDeadLetter(pluginName, `A delivery of plugin "${pluginName}" is dead after "${outcome}": ${id}`);
    }
  };
  const versions = new Versions({ plugins, isKept: (versionId) => isVersionKept(env.DB, versionId) });
  const dispatcher = new Dispatcher({
    ...{ journal, memory, plugins, pauses, sync, projectId, now, random: Math.random },
    ...{ suspects: new JournalledSuspects(ctx.storage), solitude, inbox: ctx.id.toString() },
    // Half of what one run may: a few versions that compute much at once are no freeze either.
    cpuLoad: new CpuLoad(maxCpuMs(env) / 2),
    bury: (versionId) => buryWaiting(versionId, { journal, outbox, projectId: projectId(), now: now() }),
    writeArrived: () => arrived.writeNow(),
    mayStart: () => !drain.begun,
    endedFromOutside: (at) => endedFromOutside(env.ENDINGS, at),
    run: (runId, delivery) =>
      drain.count(() =>
        runDelivery(runId, delivery, {
          ...{ env, exports: ctx.exports, journal, versions, ledgers, generations, places, together },
          projectId: projectId(),
        }),
      ),
    onFinished: (ended) => {
      tellOfDead(ended);
      onFinished(ended.length);
    },
  });
  const expect = (expected: Expected): void => dispatcher.expect(expected);
  const backlog = new Backlog({
    ...{ storage, now },
    pluginOf: (versionId) => plugins.find(versionId)?.name ?? versionId,
    onChange: (level) => alerts.raise(toBacklogAlert(level)),
  });
  const causes = new Causes(storage, now());
  const intake = new Intake({
    ...{ storage, backlog, causes, journal, memory, outbox, plugins, pauses, projectId, expect },
    onDead: (pluginName, reason) => {
      if (reason === "quarantined") return;
      const why = reason === "backlog_full" ? "too much waits for it" : "its own writes cause its events";
      alerts.raiseDeadLetter(pluginName, `Deliveries of plugin "${pluginName}" are dead as they come: ${why}`);
    },
    keepsPayloads: () => keeps,
  });
  const arrived = new GroupCommit<IncomingEvent, AcceptAnswer>({
    ...{ sync, most: MAX_COMMIT_EVENTS, isLeftToOthers: () => dispatcher.isGathering },
    write: (events) => intake.append(events),
  });
  return {
    setProjectId,
    ...{ journal, memory, outbox, setAside, plugins, pauses, alerts, dispatcher, flusher },
    ...{ ledgers, writes, kept, backlog, causes },
    replays: new Replays({ storage, journal, kept, outbox, plugins, pauses, expect, projectId, now }),
    upkeep: new Upkeep({
      storage,
      memory,
      plugins,
      outbox,
      kept,
      keepMs,
      keepBytes: KEPT_PAYLOADS_BYTES,
      deadMs: days.deadLetters * DAY_MS,
      now,
    }),
    commit: (event) => arrived.add(event),
  };
}
