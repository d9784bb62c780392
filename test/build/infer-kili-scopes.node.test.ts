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

it.each([
  ["self.kili.labels.list(project_id=p)", ["labels:read"]],
  ["self . kili\n.labels(p)", ["labels:read"]],
  ["api.labels.create_default(project_id=p)", ["labels:write"]],
  ["self.kili.labels.delete(ids=ids)", ["labels:write"]],
  ["self.kili.assets.invalidate(asset_id=a); kili.assets.add_metadata(**m)", ["assets:read", "assets:write"]],
  ["self.kili.issues.create(project_id=p)", ["issues:write"]],
  ["self.kili.questions.count(p)", ["issues:read"]],
  ["self.kili.projects.users.list(p)", ["projects:read"]],
  ["kili.projects.update_info(p, title='x')", ["projects:write"]],
  ["label.labels.delete(x); self.issues.create(y); labels.list()", []],
])("knows the client's methods by what they are about: %s", (text, scopes) => {
  expect(inferKiliScopes([text])).toEqual(scopes);
});

it("reads what is written to be slow in time", { timeout: 10_000 }, () => {
  expect(inferKiliScopes(["external_id".repeat(100_000)])).toEqual([]);
  expect(inferKiliScopes(["a .".repeat(300_000)])).toEqual([]);
  expect(inferKiliScopes([`${"a".repeat(300_000)}${" ".repeat(300_000)}${". ".repeat(100_000)}`])).toEqual([]);
});
