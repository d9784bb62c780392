// A dispatcher on a journal of its own, as an inbox puts one together, with runs that do as they are told.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { RunReport } from "../../schemas/run.ts";
import { buryWaiting } from "../../worker/dispatch/bury-waiting.ts";
import { CpuLoad } from "../../worker/dispatch/cpu-load.ts";
import { Dispatcher, type DispatcherDeps } from "../../worker/dispatch/dispatcher.ts";
import { Journal, type NewEvent } from "../../worker/dispatch/journal.ts";
import { JournalledSuspects } from "../../worker/dispatch/journalled-suspects.ts";
import { toLane } from "../../worker/dispatch/lanes.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { Outbox } from "../../worker/dispatch/outbox.ts";
import { Pauses } from "../../worker/dispatch/pauses.ts";
import { PluginSet } from "../../worker/dispatch/plugin-set.ts";
import { Solitude } from "../../worker/solitude.ts";
import { manifest } from "../store/rows.ts";

export const OK: RunReport = {
  outcome: { type: "ok", result: null },
  logs: [],
  calls: [],
  refusals: [],
  wallMs: 1,
  cpuMs: null,
  coldStart: false,
};

/** A plugin whose only version is called like it. */
export function plugin(name: string, more: Parameters<typeof manifest>[0] = {}): ActivePlugin {
  return {
    ...{ name, pluginId: name, versionId: name, kind: "code", hash: name, version: "1.0.0", handlers: [] },
    manifest: manifest({ name, ...more }),
  };
}

export interface Opened {
  readonly dispatcher: Dispatcher;
  readonly journal: Journal;
  readonly pauses: Pauses;
  /** Journals an event for some plugins, and tells the dispatcher. */
  readonly append: (id: string, pluginNames: readonly string[], assetId?: string | null) => void;
}

interface Opening extends Partial<DispatcherDeps> {
  readonly plugins?: never;
  readonly active: readonly ActivePlugin[];
  readonly run: DispatcherDeps["run"];
}

/** Opens it on storage that is new, or that an earlier one has left. */
export async function openDispatcher(storage: DurableObjectStorage, { active, ...given }: Opening): Promise<Opened> {
  const journal = new Journal(storage);
  const memory = new Memory(storage);
  const outbox = new Outbox(storage);
  const plugins = new PluginSet(memory, async () => [...active]);
  await plugins.ready();
  const currentVersion = (name: string): string | null => plugins.currentVersion(name);
  const pauses = new Pauses({ storage, currentVersion, onChange: () => {}, now: Date.now });
  const dispatcher = new Dispatcher({
    ...{ journal, memory, pauses, suspects: new JournalledSuspects(storage), solitude: new Solitude(), inbox: "inbox" },
    bury: (versionId) => buryWaiting(versionId, { journal, outbox, projectId: "p", now: Date.now() }),
    cpuLoad: new CpuLoad(Infinity),
    ...{
      sync: () => storage.sync(),
      mayStart: () => true,
      projectId: () => "p",
      onFinished: () => {},
      writeArrived: () => {},
    },
    ...{ now: () => Date.now(), random: () => 0, endedFromOutside: async () => false },
    ...given,
    plugins,
  });
  return {
    ...{ dispatcher, journal, pauses },
    append(id, pluginNames, assetId = null) {
      const receivedAt = Date.now();
      const event: NewEvent = {
        facts: { id, kiliRunId: null, type: "onSubmit", assetId, labelId: null, receivedAt },
        ...{ body: "{}", bodyBytes: 2 },
        deliveries: pluginNames.map((name) => ({
          ...{ id: `${id} ${name}`, pluginName: name, versionId: name, dead: null },
          lane: toLane(name, assetId, "asset"),
        })),
      };
      journal.append([event]);
      for (const name of pluginNames) dispatcher.expect({ versionId: name, dueAt: receivedAt });
    },
  };
}
