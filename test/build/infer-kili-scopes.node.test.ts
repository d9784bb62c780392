// The scopes of Python without a manifest, and how long reading a hostile file for them may take.
import { expect, it } from "vitest";
import { inferKiliScopes } from "../../worker/build/infer-kili-scopes.ts";

it("finds assets that are named by external ids", () => {
  expect(inferKiliScopes(["self.kili.send_back_to_queue(external_ids = names)"])).toEqual([
    "assets:read",
    "assets:write",
  ]);
  expect(inferKiliScopes(["external_id(names)"])).toEqual([]);
});

it("reads what is written to be slow in time", { timeout: 10_000 }, () => {
  expect(inferKiliScopes(["external_id".repeat(100_000)])).toEqual([]);
});
