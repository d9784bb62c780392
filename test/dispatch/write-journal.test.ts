// How long a write that nobody answered may still be under way: as long as a call may take, and where calls end with the
// process that makes them and one more does no harm, not much longer than that process.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { Journal } from "../../worker/dispatch/journal.ts";
import type { HostProcess } from "../../worker/dispatch/this-process.ts";
import { WriteJournal, type Writer } from "../../worker/dispatch/write-journal.ts";
import { KILI_CALL_MS, WRITE_SETTLE_MS } from "../../worker/limits.ts";
import { NOW } from "../store/rows.ts";

const OLD: HostProcess = { id: "old", since: NOW };
const NEW: HostProcess = { id: "new", since: NOW + 1_000 };
const LATER = NEW.since + 500;
const WHOLE = KILI_CALL_MS + WRITE_SETTLE_MS;

/** In how long a write settles that `by` made at NOW, as `asking` sees it at LATER. */
async function settlesIn(
  name: string,
  by: HostProcess | null,
  asking: HostProcess | null,
  isHarmlessTwice: boolean,
): Promise<unknown> {
  return runInDurableObject(env.INBOX.getByName(`writes ${name}`), async (_, { storage }) => {
    // oxlint-disable-next-line no-new -- makes the tables
    new Journal(storage);
    const open = (process: HostProcess | null, at: number): WriteJournal =>
      new WriteJournal({ storage, process, now: () => at });
    const run = (): Writer => {
      return { eventSeq: 1, pluginName: "one", met: new Map(), sent: new Set() };
    };
    await open(by, NOW).begin(run(), { hash: "h", id: null, about: [], isHarmlessTwice, projects: [] });
    const found = open(asking, LATER).find(run(), "h");
    return found.type === "unknown" ? found.settlesInMs : found;
  });
}

test.each([
  ["its own process", NEW, NEW, true, WHOLE - (LATER - NOW)],
  ["a process that has ended", OLD, NEW, true, WRITE_SETTLE_MS - (LATER - NEW.since)],
  ["a process that has ended, which makes something", OLD, NEW, false, WHOLE - (LATER - NOW)],
  ["where calls outlive the process", null, null, true, WHOLE - (LATER - NOW)],
  ["an earlier release", null, NEW, true, WHOLE - (LATER - NOW)],
])("a write of %s", async (name, by, asking, isHarmlessTwice, ms) => {
  expect(await settlesIn(name, by, asking, isHarmlessTwice)).toBe(ms);
});

test("a write that was made again belongs to the process that made it last", async () => {
  await runInDurableObject(env.INBOX.getByName("writes again"), async (_, { storage }) => {
    // oxlint-disable-next-line no-new -- makes the tables
    new Journal(storage);
    const run = { eventSeq: 1, pluginName: "one", met: new Map<string, number>(), sent: new Set<number>() };
    const write = { hash: "h", about: [], isHarmlessTwice: true, projects: [] };
    const id = await new WriteJournal({ storage, process: OLD, now: () => NOW }).begin(run, { ...write, id: null });
    const again = new WriteJournal({ storage, process: NEW, now: () => LATER });
    await again.begin(run, { ...write, id });
    expect(again.find({ ...run, met: new Map() }, "h")).toMatchObject({ type: "unknown", settlesInMs: WHOLE });
  });
});
