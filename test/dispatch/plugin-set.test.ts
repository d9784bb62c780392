// Which versions an inbox remembers: those that are active and those that something journalled runs.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ActivatedPlugin, ActivePlugin } from "../../schemas/active-plugin.ts";
import { PLUGINS_MS } from "../../worker/limits.ts";
import { Journal } from "../../worker/dispatch/journal.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { PluginSet } from "../../worker/dispatch/plugin-set.ts";
import { manifest, NOW } from "../store/rows.ts";

function version(versionId: string, name = "p"): ActivePlugin {
  return {
    ...{ name, pluginId: name, versionId, kind: "code", hash: versionId, version: "1.0.0", handlers: ["onSubmit"] },
    manifest: manifest({ name }),
  };
}

let desks = 0;

interface Desk {
  /** The registry's word; null when it is away. */
  active: ActivePlugin[] | null;
  readonly memory: Memory;
  /** A set that knows what is on disk and nothing else, as after a restart. */
  readonly open: () => PluginSet;
}

function atDesk(work: (desk: Desk) => Promise<void>): Promise<void> {
  return runInDurableObject(env.INBOX.getByName(`plugin-set-${desks++}`), async (_, { storage }) => {
    // oxlint-disable-next-line no-new -- makes the tables
    new Journal(storage);
    const memory = new Memory(storage);
    const desk: Desk = {
      active: [],
      memory,
      open: () => new PluginSet(memory, async () => desk.active ?? Promise.reject(new Error("away"))),
    };
    await work(desk);
  });
}

describe("forgetOthers", () => {
  test("forgets versions nothing runs any more, and keeps the active and the journalled", () =>
    atDesk(async (desk) => {
      const plugins = desk.open();
      for (const id of ["v1", "v2", "v3"]) {
        desk.active = [version(id), version(`${id}-of-other`, "other")];
        await plugins.refresh();
      }
      plugins.forgetOthers(() => ["v1"]);
      expect(desk.memory.listKeys("version ").sort()).toEqual(["version v1", "version v3", "version v3-of-other"]);
      for (const set of [plugins, desk.open()]) {
        expect([set.find("v1"), set.find("v2")].map((found) => found?.versionId)).toEqual(["v1", undefined]);
      }
    }));

  test("what was forgotten and is active again is on disk again", () =>
    atDesk(async (desk) => {
      const plugins = desk.open();
      for (const id of ["v1", "v2"]) {
        desk.active = [version(id)];
        await plugins.refresh();
      }
      plugins.forgetOthers(() => []);
      desk.active = [version("v1")];
      await plugins.refresh();
      // After a restart without a registry, events still find it.
      desk.active = null;
      const restarted = desk.open();
      await restarted.ready();
      expect(restarted.match("onSubmit").map(({ versionId }) => versionId)).toEqual(["v1"]);
    }));

  test("forgets nothing before the active versions are known, and asks nothing where there is nothing to forget", () =>
    atDesk(async (desk) => {
      desk.active = [version("v1")];
      await desk.open().refresh();
      const restarted = desk.open();
      const unasked = (): never => {
        throw new Error("asked");
      };
      restarted.forgetOthers(unasked);
      await restarted.refresh();
      restarted.forgetOthers(unasked);
      expect(desk.memory.listKeys("version ")).toEqual(["version v1"]);
    }));
});

test("tells of each reading that succeeds, whoever asked for it", () =>
  atDesk(async (desk) => {
    const told: (string | null)[] = [];
    const plugins: PluginSet = new PluginSet(
      desk.memory,
      async () => desk.active ?? Promise.reject(new Error("away")),
      () => told.push(plugins.currentVersion("p")),
    );
    desk.active = [version("v1")];
    await plugins.ready();
    // The registry's notice comes while it cannot be read; the next event has it read after all.
    desk.active = null;
    await plugins.refresh();
    expect(told).toEqual(["v1"]);
    desk.active = [version("v2")];
    await plugins.ready();
    await vi.waitFor(() => expect(told).toEqual(["v1", "v2"]));
  }));

describe("a database that does not answer", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("keeps no event waiting where the plugins are known from before, and is heard when it does", () =>
    atDesk(async (desk) => {
      desk.active = [version("v1")];
      await desk.open().refresh();
      const late = Promise.withResolvers<ActivatedPlugin[]>();
      const restarted = new PluginSet(desk.memory, () => late.promise);
      const ready = restarted.ready();
      await vi.advanceTimersByTimeAsync(PLUGINS_MS);
      await ready;
      expect(restarted.currentVersion("p")).toBe("v1");
      late.resolve([version("v2")]);
      await vi.waitFor(() => expect(restarted.currentVersion("p")).toBe("v2"));
    }));

  test("is asked again by the next event where nothing is known", () =>
    atDesk(async (desk) => {
      let asked = 0;
      const plugins = new PluginSet(desk.memory, () => {
        asked += 1;
        return asked === 1 ? new Promise(() => {}) : Promise.resolve([version("v1")]);
      });
      const first = expect(plugins.ready()).rejects.toThrow("has not answered");
      await vi.advanceTimersByTimeAsync(PLUGINS_MS);
      await first;
      await plugins.ready();
      expect([asked, plugins.currentVersion("p")]).toEqual([2, "v1"]);
    }));
});

test("Memory.forgetSeen forgets some at a time, the oldest first", () =>
  runInDurableObject(env.INBOX.getByName("forget-seen"), (_, { storage }) => {
    // oxlint-disable-next-line no-new -- makes the tables
    new Journal(storage);
    const memory = new Memory(storage);
    for (const [id, at] of [
      ["c", 3],
      ["a", 1],
      ["b", 2],
      ["young", 9],
    ] as const) {
      storage.sql.exec("INSERT INTO seen (kili_run_id, event_id, at) VALUES (?, 'e', ?)", id, NOW + at);
    }
    const left = () => [...memory.findSeen(["a", "b", "c", "young"]).keys()].sort();
    expect(memory.forgetSeen(NOW + 9, 2)).toBe(true);
    expect(left()).toEqual(["c", "young"]);
    expect(memory.forgetSeen(NOW + 9, 2)).toBe(false);
    expect(left()).toEqual(["young"]);
  }));
