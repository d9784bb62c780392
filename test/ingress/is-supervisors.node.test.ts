// What the ingress keeps to itself, however it is written.
import { expect, it } from "vitest";
import { isSupervisors } from "../../cli/ingress/is-supervisors.ts";

it.each([
  "/supervisor/drain",
  "/supervisor",
  "/supervisor/",
  "/supervisor?x",
  "//supervisor/drain",
  "/./supervisor/drain",
  "/x/../supervisor/drain",
  "/%73upervisor/drain",
  "/supervisor%2Fdrain",
  "/\\supervisor/drain",
  "/\\../supervisor/drain",
  "http://host/supervisor/drain",
])("%s is the supervisor's", (target) => expect(isSupervisors(target)).toBe(true));

it.each(["/", "/supervisors", "/x/supervisor/drain", "/?x=/supervisor/", "*", "/%", ""])("%s is anybody's", (target) =>
  expect(isSupervisors(target)).toBe(false),
);
