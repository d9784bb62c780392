import { describe, expect, it } from "vitest";
import type { JsonResponse } from "kili-edge/sdk";
import PluginHandler from "../../plugins/consensus/main.ts";
import { box } from "./boxes.ts";
import { recordingContext, type Answers, type RecordedCall } from "./recording-kili.ts";

const jobs = { JOB_0: { mlTask: "OBJECT_DETECTION" }, JOB_1: { mlTask: "CLASSIFICATION" } };
const twoLabelers = [{ jsonInterface: JSON.stringify({ jobs }), minConsensusSize: 2 }];

function labelRow(id: string, jsonResponse: JsonResponse | null, isLatestLabelForUser = true) {
  return { id, isLatestLabelForUser, jsonResponse: jsonResponse === null ? null : JSON.stringify(jsonResponse) };
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

describe("consensus", () => {
  const ofOne = { JOB_0: { annotations: [box("1", "OBJECT_A")] }, JOB_1: { categories: [{ name: "RED" }] } };
  const ofOther = { JOB_0: { annotations: [box("2", "OBJECT_B")] } };

  it("adds one label with everybody's boxes when all labelers are done", async () => {
    const labels = [labelRow("old", ofOther, false), labelRow("one", ofOne), labelRow("other", ofOther)];
    const { calls } = await submit("other", { projects: twoLabelers, labels });

    expect(calls.map((call) => call.operation)).toEqual(["projects", "labels", "appendManyLabels"]);
    expect(calls[1]?.variables["where"]).toEqual({
      project: { id: "demo" },
      asset: { id: "asset-1" },
      typeIn: ["DEFAULT"],
    });
    expect(calls[2]?.variables["where"]).toEqual({ idIn: ["asset-1"], project: { id: "demo" } });
    expect(appended(calls)).toEqual([{ JOB_0: { annotations: [box("1", "OBJECT_A"), box("2", "OBJECT_B")] } }]);
  });

  it("waits for the other labelers", async () => {
    const { calls, lines } = await submit("one", { projects: twoLabelers, labels: [labelRow("one", ofOne)] });
    expect(appended(calls)).toEqual([]);
    expect(lines).toEqual(["info: 1 of 2 labelers are done with asset-1"]);
  });

  it("merges once: not when the merged label is there", async () => {
    const labels = [labelRow("one", ofOne), labelRow("other", ofOther), labelRow("merged", ofOther)];
    expect(appended((await submit("one", { projects: twoLabelers, labels })).calls)).toEqual([]);
  });

  it("does not merge its own label again, also when it took a labeler's place", async () => {
    const merged = { JOB_0: { annotations: [box("1", "OBJECT_A"), box("2", "OBJECT_B")] } };
    const labels = [labelRow("other", ofOther), labelRow("merged", merged)];
    expect(appended((await submit("merged", { projects: twoLabelers, labels })).calls)).toEqual([]);
  });

  it.each<[string, Answers]>([
    ["a project without consensus", { projects: [{ jsonInterface: "{}", minConsensusSize: 1 }] }],
    ["a project that is gone", { projects: [] }],
    ["labels without content", { projects: twoLabelers, labels: [labelRow("a", null), labelRow("b", null)] }],
    ["labels without boxes", { projects: twoLabelers, labels: [labelRow("a", {}), labelRow("b", { JOB_0: {} })] }],
  ])("takes %s", async (_, answers) => {
    expect(appended((await submit("a", answers)).calls)).toEqual([]);
  });

  it("says so on a host without a key, and fails when Kili does", async () => {
    const noKey = Object.assign(new Error("no key"), { name: "NoKiliKey" });
    expect((await submit("one", { projects: noKey })).lines).toEqual(["warning: Nothing merged: no key"]);
    await expect(submit("one", { projects: new Error("down") })).rejects.toThrow('Cannot call "projects": down');
  });
});
