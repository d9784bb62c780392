import { describe, expect, test } from "vitest";
import type { RunCall, RunReport } from "../../schemas/run.ts";
import { BriefVersions } from "../../worker/dispatch/brief-versions.ts";

type Ended = Pick<RunReport, "calls" | "outcome" | "wallMs">;

const BRIEF: Ended = { outcome: { type: "ok", result: null }, calls: [], wallMs: 2 };
const CALL: RunCall = { kind: "kili", target: "labels", result: "ok", startedAt: 1, ms: 2, detail: null };

function after(ended: readonly Ended[]): BriefVersions {
  const versions = new BriefVersions();
  for (const report of ended) versions.ended("v", report);
  return versions;
}

const many = (length: number): Ended[] => Array.from({ length }, () => BRIEF);

describe("BriefVersions", () => {
  test("knows a version only after several brief runs", () => {
    expect(after([]).has("v")).toBe(false);
    expect(after(many(3)).has("v")).toBe(false);
    expect(after(many(20)).has("v")).toBe(true);
    expect(after(many(20)).has("another")).toBe(false);
  });

  test.each<[string, Partial<Ended>]>([
    ["took its time", { wallMs: 500 }],
    ["made a call", { calls: [CALL] }],
    ["threw", { outcome: { type: "threw", name: "Error", message: "no", stack: null } }],
    ["was lost", { outcome: { type: "lost", message: "gone" } }],
  ])("no longer counts on one that %s", (_, odd) => {
    const versions = after([...many(20), { ...BRIEF, ...odd }]);
    expect(versions.has("v")).toBe(false);
    for (const report of many(20)) versions.ended("v", report);
    expect(versions.has("v")).toBe(true);
  });
});
