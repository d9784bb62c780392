import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Slots } from "../../worker/dispatch/slots.ts";
import { MAX_ISOLATES_IN_FLIGHT, MAX_RUNS_IN_FLIGHT, MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../../worker/limits.ts";

describe("Slots", () => {
  test("one version gets its share and no more", () => {
    const slots = new Slots(() => false);
    for (let i = MAX_RUNS_IN_FLIGHT_PER_PLUGIN; i > 0; i--) {
      expect(slots.freeFor("a")).toBe(i);
      slots.take("a");
    }
    expect(slots.freeFor("a")).toBe(0);
    expect(slots.freeFor("b")).toBe(MAX_RUNS_IN_FLIGHT_PER_PLUGIN);
    slots.release("a");
    expect(slots.freeFor("a")).toBe(1);
  });

  test("no more isolates than allowed, and a freed one can be another's", () => {
    const slots = new Slots(() => false);
    for (let i = 0; i < MAX_ISOLATES_IN_FLIGHT; i++) slots.take(`v${i}`);
    expect(slots.freeFor("one more")).toBe(0);
    expect(slots.freeFor("v0")).toBeGreaterThan(0);
    slots.release("v0");
    expect(slots.freeFor("one more")).toBeGreaterThan(0);
  });

  test("runs that are kept apart take an isolate each", () => {
    const slots = new Slots((versionId) => versionId === "apart");
    slots.take("shared");
    slots.take("shared");
    for (let i = MAX_ISOLATES_IN_FLIGHT - 1; i > 0; i--) {
      expect(slots.freeFor("apart")).toBe(i);
      slots.take("apart");
    }
    expect([slots.freeFor("apart"), slots.freeFor("one more")]).toEqual([0, 0]);
    expect(slots.freeFor("shared")).toBe(MAX_RUNS_IN_FLIGHT_PER_PLUGIN - 2);
    slots.release("apart");
    expect(slots.freeFor("apart")).toBe(1);
    slots.take("one more");
    expect(slots.freeFor("apart")).toBe(0);
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
          if (take && slots.freeFor(version) > 0) {
            slots.take(version);
            running.push(version);
          } else if (!take && running.includes(version)) {
            slots.release(version);
            running.splice(running.indexOf(version), 1);
          }
          expect(slots.inFlight).toBe(running.length);
          expect(running.length).toBeLessThanOrEqual(MAX_RUNS_IN_FLIGHT);
          const isolates = running.map((name, i) => (isApart(name) ? `${name} ${i}` : name));
          expect(new Set(isolates).size).toBeLessThanOrEqual(MAX_ISOLATES_IN_FLIGHT);
          for (const name of versions) expect(slots.freeFor(name)).toBeGreaterThanOrEqual(0);
        }
        for (const version of running) slots.release(version);
        expect([slots.inFlight, slots.freeFor("v0")]).toEqual([0, MAX_RUNS_IN_FLIGHT_PER_PLUGIN]);
      }),
    );
  });
});
