// Loads of Python plugins take turns, and nobody waits for one for ever.
import { expect, test } from "vitest";
import { ColdLoads, type LoadTurn } from "../../worker/execute/cold-loads.ts";
import { COLD_LOAD_REST_MS, MAX_COLD_LOAD_MS } from "../../worker/limits.ts";

const PATIENCE_MS = 60_000;

/** A gate with a clock of its own, and who got their turn so far. */
function gate(): {
  readonly clock: { now: number };
  readonly loads: ColdLoads;
  readonly turns: Map<string, LoadTurn>;
  readonly ask: (isolate: string, patienceMs?: number) => Promise<void>;
} {
  const clock = { now: 1_000 };
  const loads = new ColdLoads(() => clock.now);
  const turns = new Map<string, LoadTurn>();
  const ask = async (isolate: string, patienceMs = PATIENCE_MS): Promise<void> =>
    void turns.set(isolate, await loads.enter(isolate, patienceMs));
  return { clock, loads, turns, ask };
}

/** Longer than whoever waits takes to ask again. */
const aWhile = (): Promise<void> => scheduler.wait(60);

test("one loads at a time, with a rest in between", async () => {
  const { clock, turns, ask } = gate();
  await ask("a");
  const others = [ask("b"), ask("c")];
  await aWhile();
  expect([...turns.keys()]).toEqual(["a"]);

  turns.get("a")?.loaded();
  await aWhile();
  expect([...turns.keys()]).toEqual(["a"]);
  clock.now += COLD_LOAD_REST_MS;
  await Promise.race(others);
  await aWhile();
  // Either of them: whoever asks first.
  expect(turns.size).toBe(2);

  // Said again, by one whose turn is over.
  turns.get("a")?.loaded();
  clock.now += COLD_LOAD_REST_MS;
  await aWhile();
  expect(turns.size).toBe(2);
  for (const turn of turns.values()) turn.loaded();
  clock.now += COLD_LOAD_REST_MS;
  await Promise.all(others);
});

test("what is loaded waits for nobody, until a run there did not go well", async () => {
  const { clock, turns, ask } = gate();
  await ask("warm");
  turns.get("warm")?.ended(true);
  clock.now += COLD_LOAD_REST_MS;
  await ask("loading");
  await ask("warm");

  turns.get("warm")?.ended(false);
  turns.delete("warm");
  const cold = ask("warm");
  await aWhile();
  expect([...turns.keys()]).toEqual(["loading"]);
  turns.get("loading")?.ended(true);
  clock.now += COLD_LOAD_REST_MS;
  await cold;
});

test.each([
  ["the patience of who waits", 500, 500],
  ["what a load may take that nobody hears of again", PATIENCE_MS, MAX_COLD_LOAD_MS],
])("a wait is bounded by %s", async (_, patienceMs, waitedMs) => {
  const { clock, turns, ask } = gate();
  await ask("gone");
  const next = ask("next", patienceMs);
  clock.now += waitedMs - 1;
  await aWhile();
  expect(turns.size).toBe(1);
  clock.now += 1;
  await next;
});
