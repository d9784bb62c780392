import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainVariables } from "../../worker/kili/plain-variables.ts";

function reasonOf(value: unknown): string {
  const plain = plainVariables(value);
  return plain.ok ? "ok" : plain.failure.reason;
}

describe("plainVariables", () => {
  test("JSON passes as it is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (variables) => {
        const plain = plainVariables(variables);
        expect(plain.ok && JSON.stringify(plain.value)).toBe(JSON.stringify(variables));
      }),
    );
  });

  test("nothing that is thrown at it throws, and what passes is JSON", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withDate: true, withMap: true, withBigInt: true })),
        (value) => {
          const plain = plainVariables(value);
          if (plain.ok) expect(JSON.parse(JSON.stringify(plain.value))).toEqual(plain.value);
        },
      ),
    );
  });

  test("no variables are no variables, undefined members are left out, dates are text", () => {
    expect(plainVariables(undefined)).toEqual({ ok: true, value: {} });
    expect(plainVariables({ a: undefined, b: [undefined], c: new Date(0) })).toEqual({
      ok: true,
      value: { b: [null], c: "1970-01-01T00:00:00.000Z" },
    });
  });

  test.each<[string, unknown]>([
    ["a string", "x"],
    ["an array", []],
    ["a function", () => 1],
    ["a Map", new Map()],
    ["an instance", Object.create({ inherited: true })],
  ])("%s is no object of variables", (_, value) => expect(reasonOf(value)).toBe("not_an_object"));

  test.each<[string, unknown]>([
    ["a function", () => 1],
    ["a toJSON", { toJSON: () => ({ id: "other" }) }],
    ["a Map", new Map([["a", 1]])],
    ["bytes", new Uint8Array(3)],
    ["a bigint", 1n],
    ["NaN", Number.NaN],
    ["an invalid date", new Date(Number.NaN)],
    ["an error", new Error("x")],
    ["a promise", Promise.resolve(1)],
    ["a response", new Response("x")],
  ])("%s inside is refused", (_, value) => expect(reasonOf({ where: [{ value }] })).toBe("not_json"));

  test("the message's path names the place", () => {
    expect(plainVariables({ where: [{ id: 1n }] })).toEqual({
      ok: false,
      failure: { reason: "not_json", path: "variables.where[0].id", found: "bigint" },
    });
  });

  test("cycles, depth, one array many times over and endless sparse arrays end", () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(reasonOf(cycle)).toBe("variables_too_large");
    let laughs: unknown = "ha";
    for (let level = 0; level < 40; level += 1) laughs = [laughs, laughs];
    expect(reasonOf({ laughs })).toBe("variables_too_large");
    expect(reasonOf({ sparse: Object.assign([], { length: 2 ** 32 - 1 }) })).toBe("variables_too_large");
    expect(reasonOf({ text: "x".repeat(17 * 1024 * 1024) })).toBe("variables_too_large");
    expect(reasonOf({ text: "x".repeat(15 * 1024 * 1024) })).toBe("ok");
  });

  test("__proto__ is a member like any other", () => {
    const plain = plainVariables(JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'));
    expect(plain.ok && JSON.stringify(plain.value)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
