import { describe, expect, test } from "vitest";
import { createHide } from "../../worker/execute/create-hide.ts";

const hide = createHide([{ name: "TOKEN", value: 'p4$s "wörd"/+?' }], 8);

describe("createHide", () => {
  test.each([
    ["plain", 'sent p4$s "wörd"/+? to them', "sent [redacted TOKEN] to them"],
    ["twice", 'p4$s "wörd"/+?p4$s "wörd"/+?', "[redacted TOKEN][redacted TOKEN]"],
    ["as JSON", JSON.stringify({ token: 'p4$s "wörd"/+?' }), '{"token":"[redacted TOKEN]"}'],
    ["in a URL", `/?t=${encodeURIComponent('p4$s "wörd"/+?')}&x`, "/?t=[redacted TOKEN]&x"],
    ["in base64", `Basic ${Buffer.from('p4$s "wörd"/+?').toString("base64")}`, "Basic [redacted TOKEN]"],
    ["not at all", "nothing here", "nothing here"],
  ])("a value %s", (_, text, hidden) => expect(hide(text)).toBe(hidden));

  test("the longer of two values that begin alike", () => {
    const two = createHide(
      [
        { name: "SHORT", value: "abcdefgh" },
        { name: "LONG", value: "abcdefgh-ijkl" },
      ],
      8,
    );
    expect(two("abcdefgh-ijkl abcdefgh")).toBe("[redacted LONG] [redacted SHORT]");
  });

  test("leaves short values, which are settings", () => {
    expect(createHide([{ name: "THRESHOLD", value: "0.5" }], 8)("0.5 of 10.5")).toBe("0.5 of 10.5");
  });

  test("a text of nothing but values does not outgrow its place", () => {
    const long = createHide([{ name: "A_NAME_".repeat(40), value: "12345678" }], 8);
    expect(long("12345678".repeat(1_000)).length).toBeLessThanOrEqual(8_100);
    expect(long("12345678")).toBe(`[redacted ${"A_NAME_".repeat(40).slice(0, 32)}]`);
  });
});
