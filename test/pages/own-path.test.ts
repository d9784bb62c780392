// Where a sign-in may lead: never to another host, however it is spelt.
import { expect, it } from "vitest";
import { ownPath } from "../../worker/pages/own-path.ts";

it.each([
  ["/runs?project=p", "/runs?project=p"],
  ["//evil.example/x", "/"],
  ["/\\evil.example/x", "/"],
  ["/.//evil.example/x", "/"],
  ["/a/..//evil.example/x", "/"],
  ["/%2e//evil.example/x", "/"],
  ["https://evil.example/", "/"],
  ["", "/"],
])("%j leads to %j", (given, wanted) => {
  expect(ownPath(given)).toBe(wanted);
});
