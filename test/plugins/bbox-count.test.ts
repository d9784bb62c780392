import { describe, expect, it } from "vitest";
import type { Label } from "kili-edge/sdk";
import PluginHandler from "../../plugins/bbox-count/main.ts";
import { box } from "./boxes.ts";
import { recordingContext } from "./recording-kili.ts";

const config = { classes: ["OBJECT_A", "OBJECT_B"], max_boxes: 1 };

async function submit(jsonResponse: Label["jsonResponse"] | null) {
  const { context, calls } = recordingContext(config);
  const label: Label = jsonResponse ? { id: "label-1", jsonResponse } : { id: "label-1" };
  const result = await new PluginHandler(context).onSubmit({ label, assetId: "asset-1" });
  return { result, calls };
}

describe("bbox-count", () => {
  it("opens an issue per class with too many boxes, and sends the asset back", async () => {
    const annotations = ["A", "A", "A", "B", "B", "C", "C"].map((name, i) => box(`mid-${i}`, `OBJECT_${name}`));
    const { result, calls } = await submit({ JOB_0: { annotations } });

    expect(result).toEqual({ issues: 2 });
    expect(calls.map((call) => call.operation)).toEqual(["sendBackAssetsToQueue", "createIssues"]);
    expect(calls[0]?.variables).toEqual({ where: { idIn: ["asset-1"] } });
    expect(calls[1]?.variables).toEqual({
      issues: [
        {
          type: "ISSUE",
          labelID: "label-1",
          assetId: "asset-1",
          text: "There are too many boxes of OBJECT_A: 3, at most 1 accepted",
        },
        {
          type: "ISSUE",
          labelID: "label-1",
          assetId: "asset-1",
          text: "There are too many boxes of OBJECT_B: 2, at most 1 accepted",
        },
      ],
      where: { project: { id: "demo" } },
    });
  });

  it("counts over all jobs", async () => {
    const { result } = await submit({
      JOB_0: { annotations: [box("1", "OBJECT_A")] },
      JOB_1: { annotations: [box("2", "OBJECT_A")] },
    });
    expect(result).toEqual({ issues: 1 });
  });

  it("leaves a label alone that keeps the rule", async () => {
    const annotations = [box("1", "OBJECT_A"), box("2", "OBJECT_B")];
    const { result, calls } = await submit({ JOB_0: { annotations } });
    expect(result).toEqual({ issues: 0 });
    expect(calls).toEqual([]);
  });

  it.each([
    ["no content", null],
    ["no jobs", {}],
    ["a classification only", { JOB_0: { categories: [{ name: "OBJECT_A" }] } }],
    ["objects without class", { JOB_0: { annotations: [{ type: "rectangle" }, { type: "rectangle" }] } }],
    ["polygons", { JOB_0: { annotations: [1, 2].map(() => ({ ...box("1", "OBJECT_A"), type: "polygon" })) } }],
  ])("takes a label with %s", async (_, jsonResponse) => {
    const { result, calls } = await submit(jsonResponse);
    expect(result).toEqual({ issues: 0 });
    expect(calls).toEqual([]);
  });

  it("checks reviews by the same rule", async () => {
    const { context, calls } = recordingContext(config);
    const label = {
      id: "label-1",
      jsonResponse: { JOB_0: { annotations: [box("1", "OBJECT_A"), box("2", "OBJECT_A")] } },
    };
    await new PluginHandler(context).onReview({ label, assetId: "asset-1" });
    expect(calls).toHaveLength(2);
  });
});
