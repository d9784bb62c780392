import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitText } from "../../worker/store/split-text.ts";

const byteLength = (text: string) => new TextEncoder().encode(text).byteLength;

describe("splitText", () => {
  test("empty text is one empty piece", () => expect(splitText("", 10)).toEqual([""]));

  test("never cuts a character in two", () => expect(splitText("aé€😀b", 4)).toEqual(["aé", "€", "😀", "b"]));

  test("keeps a byte order mark", () => expect(splitText("\uFEFFab", 4)).toEqual(["\uFEFFa", "b"]));

  test("pieces are small enough and join to the text (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 40 }), (text, maxBytes) => {
        const pieces = splitText(text, maxBytes);
        expect(pieces.join("")).toBe(text);
        for (const piece of pieces) expect(byteLength(piece)).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});
