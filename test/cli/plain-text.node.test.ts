// What a plugin logged must not speak to the terminal of whoever reads it.
import { expect, it } from "vitest";
import { plainText } from "../../cli/render/plain-text.ts";

it("shows control characters instead of obeying them, and keeps lines and tabs", () => {
  expect(plainText("\u001b]52;c;aGk=\u0007\u009b2J a\tb\n\r")).toBe("�]52;c;aGk=��2J a\tb\n�");
});
