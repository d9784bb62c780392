import * as fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { signWebhook } from "../../worker/execute/sign-webhook.ts";

// The example that the specification's own libraries are tested with.
const PUBLISHED = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const encoder = new TextEncoder();
const message = { ...PUBLISHED, body: encoder.encode(PUBLISHED.body) };

describe("signWebhook", () => {
  it("gives the published signature", async () => {
    expect(await signWebhook(message, [PUBLISHED.secret])).toEqual({ ok: true, value: PUBLISHED.signature });
  });

  it("gives what the specification's library gives", async () => {
    const secrets = fc.uint8Array({ minLength: 1, maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(
        secrets,
        fc.stringMatching(/^[\w-]{1,30}$/),
        fc.string({ unit: "grapheme" }),
        async (key, id, text) => {
          const secret = `whsec_${btoa(String.fromCharCode(...key))}`;
          const signed = await signWebhook({ id, timestamp: 1_700_000_000, body: encoder.encode(text) }, [secret]);
          const expected = new Webhook(secret).sign(id, new Date(1_700_000_000_000), text);
          expect(signed).toEqual({ ok: true, value: expected });
        },
      ),
      { numRuns: 50 },
    );
  });

  it("signs with each secret while one is being rotated out", async () => {
    const older = `whsec_${btoa("an older secret of some length")}`;
    const signed = await signWebhook(message, [older, PUBLISHED.secret]);
    const signatures = signed.ok ? (signed.value ?? "").split(" ") : [];
    expect(signatures).toHaveLength(2);
    expect(signatures[1]).toBe(PUBLISHED.signature);
    expect(signatures[0]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  });

  it("signs nothing without a secret", async () => {
    expect(await signWebhook(message, [])).toEqual({ ok: true, value: null });
  });

  it.each(["plain text", "whsec_", "whsec_not base64", "whsec_A", "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])(
    "refuses %j, rather than sending unsigned",
    async (secret) => {
      expect(await signWebhook(message, [PUBLISHED.secret, secret])).toEqual({ ok: false, failure: "bad_secret" });
    },
  );
});
