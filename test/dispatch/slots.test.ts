import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Slots, type Occupant } from "../../worker/dispatch/slots.ts";
import {
  MAX_BODY_BYTES_IN_FLIGHT,
  MAX_ISOLATES_IN_FLIGHT,
  MAX_RUNS_IN_FLIGHT,
  MAX_RUNS_IN_FLIGHT_PER_PLUGIN,
} from "../../worker/limits.ts";

const ANY = Infinity;

function of(versionId: string, pluginName = `plugin of ${versionId}`): Occupant {
  return { versionId, pluginName, bodyBytes: 2 };
}

/** Takes as many places as there are for it. */
function fill(slots: Slots, occupant: Occupant): number {
  let taken = 0;
  for (; slots.freeFor(occupant, ANY) > 0; taken++) slots.take(occupant);
  return taken;
}

describe("Slots", () => {
  test("one plugin gets its share and no more, in whatever versions", () => {
    const slots = new Slots(() => false);
    for (let i = MAX_RUNS_IN_FLIGHT_PER_PLUGIN; i > 0; i--) {
      expect(slots.freeFor(of("a", "one"), ANY)).toBe(i);
      slots.take(of(i % 2 === 0 ? "a" : "b", "one"));
    }
    expect(slots.freeFor(of("a", "one"), ANY)).toBe(0);
    expect(slots.freeFor(of("c", "one"), ANY)).toBe(0);
    slots.release(of("a", "one"));
    expect(slots.freeFor(of("b", "one"), ANY)).toBe(1);
  });

  test("a plugin that wants fewer at once gets fewer", () => {
    const slots = new Slots(() => false);
    expect(slots.freeFor(of("a"), 2)).toBe(2);
    slots.take(of("a"));
    slots.take(of("a"));
    expect(slots.freeFor(of("a"), 2)).toBe(0);
    expect(slots.freeFor(of("a"), 3)).toBe(1);
    expect(slots.freeFor(of("b"), 2)).toBe(2);
  });

  test("plugins whose runs never end leave room for those that come later", () => {
    const slots = new Slots(() => false);
    const stuck = ["a", "b", "c", "d"].map((name) => fill(slots, of(name)));
    expect(stuck).toEqual(stuck.toSorted((a, b) => b - a));
    expect(slots.freeFor(of("late"), ANY)).toBeGreaterThan(0);
  });

  test("no more isolates than allowed, and a freed one can be another's", () => {
    const slots = new Slots(() => false);
    for (let i = 0; i < MAX_ISOLATES_IN_FLIGHT; i++) slots.take(of(`v${i}`));
    expect(slots.freeFor(of("one more"), ANY)).toBe(0);
    expect(slots.freeFor(of("v0"), ANY)).toBeGreaterThan(0);
    slots.release(of("v0"));
    expect(slots.freeFor(of("one more"), ANY)).toBeGreaterThan(0);
  });

  test("runs that are kept apart take an isolate each", () => {
    const slots = new Slots((versionId) => versionId === "apart");
    slots.take(of("shared"));
    slots.take(of("shared"));
    for (let i = MAX_ISOLATES_IN_FLIGHT - 1; i > 0; i--) {
      expect(slots.freeFor(of("apart"), ANY)).toBe(i);
      slots.take(of("apart"));
    }
    expect([slots.freeFor(of("apart"), ANY), slots.freeFor(of("one more"), ANY)]).toEqual([0, 0]);
    expect(slots.freeFor(of("shared"), ANY)).toBeGreaterThan(0);
    slots.release(of("apart"));
    expect(slots.freeFor(of("apart"), ANY)).toBe(1);
    slots.take(of("one more"));
    expect(slots.freeFor(of("apart"), ANY)).toBe(0);
  });

  test("where versions wait for an isolate, as many of those that have one yield, the longest first", () => {
    const slots = new Slots(() => false);
    const busy = Array.from({ length: MAX_ISOLATES_IN_FLIGHT }, (_, i) => `v${i}`);
    for (const version of busy) slots.take(of(version));
    expect(slots.yielding(busy)).toEqual(new Set());
    expect(slots.yielding([...busy, "x"])).toEqual(new Set(["v0"]));
    slots.take(of("v0"));
    slots.release(of("v0"));
    expect(slots.yielding([...busy, "x", "y"])).toEqual(new Set(["v0", "v1"]));
    slots.release(of("v3"));
    expect(slots.yielding(["x"])).toEqual(new Set());
  });

  test("whatever is taken and released, the caps hold and nothing leaks", () => {
    const versions = Array.from({ length: 12 }, (_, i) => `v${i}`);
    const isApart = (name: string): boolean => name > "v6";
    const step = fc.record({ version: fc.constantFrom(...versions), take: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const slots = new Slots(isApart);
        const running: string[] = [];
        for (const { version, take } of steps) {
          if (take && slots.freeFor(of(version), ANY) > 0) {
            slots.take(of(version));
            running.push(version);
          } else if (!take && running.includes(version)) {
            slots.release(of(version));
            running.splice(running.indexOf(version), 1);
          }
          expect(slots.inFlight).toBe(running.length);
          expect(slots.freeBytes).toBe(MAX_BODY_BYTES_IN_FLIGHT - 2 * running.length);
          expect(running.length).toBeLessThanOrEqual(MAX_RUNS_IN_FLIGHT);
          const isolates = running.map((name, i) => (isApart(name) ? `${name} ${i}` : name));
          expect(new Set(isolates).size).toBeLessThanOrEqual(MAX_ISOLATES_IN_FLIGHT);
          for (const name of versions) expect(slots.freeFor(of(name), ANY)).toBeGreaterThanOrEqual(0);
        }
        for (const version of running) slots.release(of(version));
        expect([slots.inFlight, slots.freeFor(of("v0"), ANY), slots.freeBytes]).toEqual([
          ...[0, MAX_RUNS_IN_FLIGHT_PER_PLUGIN, MAX_BODY_BYTES_IN_FLIGHT],
        ]);
      }),
    );
  });
});
