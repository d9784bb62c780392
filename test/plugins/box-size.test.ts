import { describe, expect, it } from "vitest";
import type { Label } from "kili-edge/sdk";
import PluginHandler from "../../plugins/box-size/main.ts";
import { box } from "./boxes.ts";
import { recordingContext } from "./recording-kili.ts";

const config = { max_share: 1 / 3, single_object: "JOB_0.OBJECT_A" };

async function submit(label: Omit<Label, "id">) {
  const { context, calls } = recordingContext(config);
  const result = await new PluginHandler(context).onSubmit({ label: { ...label, id: "label-1" }, assetId: "asset-1" });
  return { result, calls };
}

describe("box-size", () => {
  it("opens an issue on each box that is larger than a third of the image", async () => {
    const annotations = [box("large", "OBJECT_B", 0.7, 0.5), box("small", "OBJECT_B", 0.5, 0.5)];
    const { calls } = await submit({ jsonResponse: { JOB_0: { annotations } } });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.variables["issues"]).toEqual([
      {
        type: "ISSUE",
        labelID: "label-1",
        assetId: "asset-1",
        objectMid: "large",
        text: "The box covers 35% of the image, at most 33% accepted",
      },
    ]);
  });

  it("opens an issue on the label with more than one OBJECT_A", async () => {
    const { calls } = await submit({ search: { numberOfAnnotationsByObject: { "JOB_0.OBJECT_A": 2 } } });
    expect(calls[0]?.variables["issues"]).toEqual([
      {
        type: "ISSUE",
        labelID: "label-1",
        assetId: "asset-1",
        text: "There are 2 of JOB_0.OBJECT_A, at most 1 accepted",
      },
    ]);
  });

  it.each<[string, Omit<Label, "id">]>([
    ["that keeps both rules", { jsonResponse: { JOB_0: { annotations: [box("1", "OBJECT_A", 0.5, 0.6)] } } }],
    ["without content", {}],
    ["without counts", { search: null }],
    ["whose boxes have no corners", { jsonResponse: { JOB_0: { annotations: [{ type: "rectangle" }] } } }],
  ])("makes no call for a label %s", async (_, label) => {
    const { result, calls } = await submit(label);
    expect(result).toEqual({ issues: 0 });
    expect(calls).toEqual([]);
  });

  it("checks on a click, too", async () => {
    const { context, calls } = recordingContext(config);
    const label = { id: "label-1", jsonResponse: { JOB_0: { annotations: [box("1", "OBJECT_A", 1, 1)] } } };
    await new PluginHandler(context).onCustomInterfaceClick({ label, assetId: "asset-1" });
    expect(calls).toHaveLength(1);
  });
});
