// Dispatching on a journal of its own, with runs that do as they are told.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { RunReport } from "../../schemas/run.ts";
import { Dispatcher, type DispatcherDeps } from "../../worker/dispatch/dispatcher.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { Pauses } from "../../worker/dispatch/pauses.ts";
import { PluginSet } from "../../worker/dispatch/plugin-set.ts";
import { manifest } from "../store/rows.ts";

const PLUGIN: ActivePlugin = {
  ...{ name: "one", pluginId: "p", versionId: "v1", kind: "code", hash: "h", version: "1.0.0", handlers: [] },
  manifest: manifest({ name: "one", retry: { max_attempts: 2 } }),
};
const OK: RunReport = {
  outcome: { type: "ok", result: null },
  logs: [],
  calls: [],
  refusals: [],
  wallMs: 1,
  cpuMs: null,
  coldStart: false,
};

/** Journals `events` events for the plugin, dispatches them with `run`, and answers with what the journal holds in the end. */
function dispatch(name: string, events: number, run: DispatcherDeps["run"]): Promise<Record<string, number>> {
  return runInDurableObject(env.INBOX.getByName(name), async (_, { storage }) => {
    const journal = new Journal(storage);
    const plugins = new PluginSet(new Memory(storage), async () => [PLUGIN]);
    await plugins.ready();
    const pauses = new Pauses({ storage, currentVersion: () => "another", onChange: () => {}, now: Date.now });
    const dispatcher = new Dispatcher({
      ...{ pauses, bury: () => ({ more: false, freed: [] }) },
      ...{ journal, plugins, sync: () => storage.sync(), run, projectId: () => "p", onFinished: () => {} },
      ...{ now: () => Date.now(), random: () => 0, mayStart: () => true },
    });
    for (let i = 0; i < events; i++) {
      const facts = { id: `ev_${i}`, kiliRunId: null, type: "onSubmit", assetId: null, labelId: null, receivedAt: 1 };
      const deliveries = [{ id: `dl_${i}`, pluginName: "one", versionId: "v1", lane: null, dead: null }];
      journal.append([{ facts, body: "{}", bodyBytes: 2, deliveries }]);
      dispatcher.expect({ versionId: "v1", dueAt: 1 });
    }
    await dispatcher.start();
    await vi.waitFor(() => expect([dispatcher.runsInFlight, dispatcher.nextDueAt]).toEqual([0, null]), {
      timeout: 5_000,
    });
    const count = (from: string): number =>
      storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`).one().n;
    const [lost, runs] = [count("finished WHERE rows LIKE '%\"lost\"%'"), count("finished")];
    return { dead: count("delivery WHERE state = 2"), left: count("delivery"), runs, lost };
  });
}

describe("Dispatcher", () => {
  test("runs each delivery once, however many there are", async () => {
    const seen: string[] = [];
    const run = async (_: string, { id }: { id: string }): Promise<RunReport> => {
      seen.push(id);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return OK;
    };
    expect(await dispatch("dispatch-all", 200, run)).toEqual({ dead: 0, left: 0, runs: 200, lost: 0 });
    expect(new Set(seen).size).toBe(200);
  });

  test("a run that throws, which is a bug of ours, gives its place back and is lost", async () => {
    const run = (): Promise<RunReport> => Promise.reject(new Error("a bug"));
    expect(await dispatch("dispatch-throws", 40, run)).toEqual({ dead: 40, left: 40, runs: 80, lost: 80 });
  });
});
