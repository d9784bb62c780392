// The header of a webhook is a secret: how it is stored, and kept out of foreign words.
import { describe, expect, it } from "vitest";
import { hideHeader } from "../../worker/execute/hide-header.ts";
import { decryptWebhookHeader } from "../../worker/store/decrypt-webhook-header.ts";
import { encryptWebhookHeader } from "../../worker/store/encrypt-webhook-header.ts";

const HEADER = 'Bearer s3cret/"token"+1';

describe("encryptWebhookHeader, decryptWebhookHeader", () => {
  it("gives the header back for its version and any of the secrets", async () => {
    const stored = await encryptWebhookHeader(HEADER, "version-1", "old");
    expect(await decryptWebhookHeader(stored, "version-1", ["new", "old"])).toBe(HEADER);
    expect(atob(stored)).not.toContain("s3cret");
  });

  it("gives it to no other version, secret or text", async () => {
    const stored = await encryptWebhookHeader(HEADER, "version-1", "secret");
    expect(await decryptWebhookHeader(stored, "version-2", ["secret"])).toBeNull();
    expect(await decryptWebhookHeader(stored, "version-1", ["other"])).toBeNull();
    expect(await decryptWebhookHeader(stored, "version-1", [])).toBeNull();
    const flipped = (stored.startsWith("A") ? "B" : "A") + stored.slice(1);
    for (const text of [flipped, stored.slice(0, 8), "", "not base64!", HEADER]) {
      expect(await decryptWebhookHeader(text, "version-1", ["secret"])).toBeNull();
    }
  });

  it("writes the same header differently each time", async () => {
    const twice = [await encryptWebhookHeader(HEADER, "v", "s"), await encryptWebhookHeader(HEADER, "v", "s")];
    expect(new Set(twice).size).toBe(2);
  });
});

describe("hideHeader", () => {
  it.each([
    ["as it stands", `wrong: ${HEADER}!`],
    ["without its scheme", `wrong: s3cret/"token"+1!`],
    ["as JSON", JSON.stringify({ authorization: HEADER })],
    ["in a URL", `?key=${encodeURIComponent(HEADER)}`],
    ["in base64", btoa(HEADER)],
    ["cut off", `wrong: ${HEADER.slice(0, -4)}`],
    ["its token cut off", `wrong: s3cret/"t`],
  ])("takes the header out %s", (_, text) => {
    const hidden = hideHeader(text, HEADER);
    expect(hidden).toContain("[redacted]");
    expect(hidden).not.toContain("s3cr");
  });

  it("leaves other words alone", () => {
    expect(hideHeader("Bearer of bad news: 401", HEADER)).toBe("Bearer of bad news: 401");
    expect(hideHeader("anything", null)).toBe("anything");
  });
});
