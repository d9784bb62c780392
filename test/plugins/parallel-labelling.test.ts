import { describe, expect, it } from "vitest";
import type { JsonResponse } from "kili-edge/sdk";
import PluginHandler from "../../plugins/parallel-labelling/main.ts";
import { box } from "./boxes.ts";
import { recordingContext, type Answers, type RecordedCall } from "./recording-kili.ts";

const jobs = {
  BOXES: { mlTask: "OBJECT_DETECTION" },
  COLOR: { mlTask: "CLASSIFICATION" },
  NOTE: { mlTask: "TRANSCRIPTION" },
};
const projects = [{ jsonInterface: JSON.stringify({ jobs }), minConsensusSize: 2 }];

function labelRow(id: string, hour: number, jsonResponse: JsonResponse) {
  const createdAt = new Date(Date.UTC(2026, 10, 1, hour)).toISOString();
  return { id, createdAt, isLatestLabelForUser: true, jsonResponse: JSON.stringify(jsonResponse) };
}

async function submit(labelId: string, answers: Answers) {
  const { context, calls, lines } = recordingContext({}, answers);
  await new PluginHandler(context).onSubmit({ label: { id: labelId }, assetId: "asset-1" });
  return { calls, lines };
}

function appended(calls: readonly RecordedCall[]): unknown[] {
  return calls
    .filter((call) => call.operation === "appendManyLabels")
    .map((call) => {
      const { labelsData } = call.variables["data"] as { labelsData: { jsonResponse: string }[] };
      return JSON.parse(labelsData[0]?.jsonResponse ?? "null") as unknown;
    });
}

const red = { categories: [{ name: "RED" }] };
const blue = { categories: [{ name: "BLUE" }] };

describe("parallel-labelling", () => {
  const late = labelRow("late", 12, { BOXES: { annotations: [box("1", "A")] }, COLOR: blue, NOTE: { text: "hm" } });
  const early = labelRow("early", 9, { BOXES: { annotations: [box("2", "A")] }, COLOR: red });

  it("puts everybody's objects together, and takes the last classification", async () => {
    const { calls } = await submit("late", { projects, labels: [late, early] });
    expect(appended(calls)).toEqual([{ BOXES: { annotations: [box("2", "A"), box("1", "A")] }, COLOR: blue }]);
  });

  it("joins jobs that different labelers did", async () => {
    const labels = [labelRow("a", 1, { COLOR: red }), labelRow("b", 2, { BOXES: { annotations: [box("1", "A")] } })];
    const { calls } = await submit("b", { projects, labels });
    expect(appended(calls)).toEqual([{ BOXES: { annotations: [box("1", "A")] }, COLOR: red }]);
  });

  it("waits for the other labelers", async () => {
    const { calls, lines } = await submit("late", { projects, labels: [late] });
    expect(appended(calls)).toEqual([]);
    expect(lines).toEqual(["info: 1 of 2 labelers are done with asset-1"]);
  });

  it("does not merge its own label again, also when it took a labeler's place", async () => {
    const everything = { BOXES: { annotations: [box("2", "A"), box("1", "A")] }, COLOR: red };
    const { calls } = await submit("merged", { projects, labels: [early, labelRow("merged", 13, everything)] });
    expect(appended(calls)).toEqual([]);
  });

  it.each<[string, Answers]>([
    ["a project without consensus", { projects: [{ jsonInterface: null, minConsensusSize: null }] }],
    ["labels without content", { projects, labels: [labelRow("a", 1, {}), labelRow("b", 2, {})] }],
    ["answers without annotations", { projects, labels: [labelRow("a", 1, { BOXES: {} }), labelRow("b", 2, {})] }],
  ])("takes %s", async (_, answers) => {
    expect(appended((await submit("a", answers)).calls)).toEqual([]);
  });

  it("says so on a host without a key", async () => {
    const noKey = Object.assign(new Error("no key"), { name: "NoKiliKey" });
    expect((await submit("late", { projects: noKey })).lines).toEqual(["warning: Nothing merged: no key"]);
  });
});
