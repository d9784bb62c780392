// Globals that a run has broken: who comes after it finds them whole, in whatever order they run. Only the patcher's own
// later runs may meet its patches, where `isolation` lets them share an isolate.
import { expect, test } from "vitest";
import type { Manifest } from "../../schemas/manifest.ts";
import { useInlinePlugin } from "../dispatch/inline-plugin.ts";
import { postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { freshProject, runBesideNeighbour, sendBesideNeighbour } from "./run-beside-neighbour.ts";

const PATCHED = ["Date.now", "performance.now", "Object.assign", "map", "then", "stringify", "setTimeout", "fetch"];

/** Has the globals in mind that were there when its module loaded, and says which are others now. */
const SAYS_WHAT_IS_PATCHED = `
const look = () => ({
  "Date.now": Date.now, "performance.now": performance.now, "Object.assign": Object.assign, "map": Array.prototype.map,
  "then": Promise.prototype.then, "stringify": JSON.stringify, "setTimeout": globalThis.setTimeout, "fetch": globalThis.fetch,
});
const atLoad = look();
const patched = () => {
  const now = look();
  return Object.keys(now).filter((name) => now[name] !== atLoad[name]);
};`;

const BYSTANDER = `
import { PluginCore } from "kili-edge/sdk";
${SAYS_WHAT_IS_PATCHED}
export default class PluginHandler extends PluginCore {
  onSubmit() { return patched(); }
}`;

const PATCHER = `
import { PluginCore } from "kili-edge/sdk";
${SAYS_WHAT_IS_PATCHED}
export default class PluginHandler extends PluginCore {
  onSubmit() {
    const found = patched();
    const lie = () => { throw new Error("patched"); };
    Date.now = performance.now = () => 0;
    Object.assign = Array.prototype.map = Promise.prototype.then = JSON.stringify = lie;
    globalThis.setTimeout = globalThis.fetch = lie;
    return [found, patched()];
  }
}`;

/** What the only plugin of the project returns on an event. */
async function resultOn(projectId: string): Promise<unknown> {
  const answer = await postWebhook(webhookBody(projectId));
  const { id } = await answer.json<{ id: string }>();
  const [run] = await waitForRuns(id, 1);
  if (run?.outcome.type !== "ok") throw new Error(JSON.stringify(run?.outcome));
  return JSON.parse(run.outcome.result ?? "null");
}

test("what one plugin patched harms no other after it, on its project or another, and not its own meter", async () => {
  const [mine, theirs] = [freshProject(), freshProject()];
  await useInlinePlugin({ name: "bystander", projects: [theirs], source: BYSTANDER });
  // So that its isolate is there before anything is patched.
  expect(await resultOn(theirs)).toEqual([]);

  const where = { file: "test/hostile/plugins/patched-globals/main.ts", line: 17, column: 13 };
  const first = await runBesideNeighbour("patched-globals", { projectId: mine });
  expect(first.outcome).toEqual({ type: "cpu_limit", limitMs: 100, where });
  const second = await sendBesideNeighbour("patched-globals", mine);
  expect(second.outcome).toEqual({ type: "cpu_limit", limitMs: 100, where });
  expect(second.startedAt).toBeGreaterThanOrEqual(first.startedAt + first.wallMs);
  expect(await resultOn(theirs)).toEqual([]);
});

test.each<[Manifest["isolation"], Record<"own" | "other", readonly string[]>]>([
  ["plugin", { own: PATCHED, other: PATCHED }],
  ["project", { own: PATCHED, other: [] }],
  ["run", { own: [], other: [] }],
])('isolation "%s": what the next run of the patcher finds', async (isolation, { own, other }) => {
  const [mine, theirs] = [freshProject(), freshProject()];
  const name = `patcher-${isolation}`;
  await useInlinePlugin({ name, projects: [mine, theirs], source: PATCHER, manifest: { isolation } });
  expect(await resultOn(mine)).toEqual([[], PATCHED]);
  expect(await resultOn(mine)).toEqual([own, PATCHED]);
  expect(await resultOn(theirs)).toEqual([other, PATCHED]);
});
