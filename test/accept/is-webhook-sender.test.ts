import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isWebhookSender } from "../../worker/accept/is-webhook-sender.ts";

describe("isWebhookSender", () => {
  test("takes any of the secrets, with and without Bearer", () => {
    const secrets = ["first", "second"];
    for (const secret of secrets) {
      expect(isWebhookSender(secret, secrets)).toBe(true);
      expect(isWebhookSender(`Bearer ${secret}`, secrets)).toBe(true);
    }
  });

  test("takes a secret that was itself written with Bearer: Kili sends back what it was given", () => {
    expect(isWebhookSender("Bearer abc", ["Bearer abc"])).toBe(true);
  });

  test("takes nothing where there is no secret", () => {
    expect(isWebhookSender("", [])).toBe(false);
    expect(isWebhookSender("Bearer ", [])).toBe(false);
    expect(isWebhookSender(null, ["a"])).toBe(false);
  });

  test("takes nothing that differs in one place", () => {
    const secret = fc.string({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(secret, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (expected, at, other) => {
        const place = at % expected.length;
        const given = expected.slice(0, place) + other + expected.slice(place + 1);
        expect(isWebhookSender(given, [expected])).toBe(given === expected);
      }),
    );
  });
});
