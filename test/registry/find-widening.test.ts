// What a version may do that the one before it might not.
import { expect, test } from "vitest";
import type { Manifest } from "../../schemas/manifest.ts";
import { findWidening } from "../../worker/registry/find-widening.ts";

const may = (permissions: Partial<Manifest["permissions"]>): Manifest =>
  ({ permissions: { kili: [], kili_projects: [], net: [], env: [], ...permissions } }) as unknown as Manifest;

test("findWidening names what is new, and nothing that was covered", () => {
  const before = may({ kili: ["labels:*", "issues:read"], kili_projects: ["*"], net: ["a.com"], env: ["A"] });
  const after = may({
    ...{ kili: ["labels:write", "issues:*", "assets:read"], kili_projects: ["p"] },
    ...{ net: ["a.com", "b.com"], env: ["A", "B"] },
  });
  expect(findWidening(before, after)).toEqual(["kili issues:*", "kili assets:read", "net b.com", "env B"]);
  expect(findWidening(after, may({ kili: ["issues:read"] }))).toEqual([]);
  expect(findWidening(null, may({ kili: ["labels:read"], net: ["a.com"] }))).toEqual(["kili labels:read", "net a.com"]);
});
