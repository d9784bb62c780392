// How a plugin is tested by its author: docs/testing-plugins.md.
import { expect, it } from "vitest";
import type { Annotation } from "kili-edge/sdk";
import { fakeKili, runHandler } from "kili-edge/sdk/testing";
import PluginHandler from "./main.ts";

const config = { classes: ["CAR"], max_boxes: 1 };
const car = { type: "rectangle", categories: [{ name: "CAR" }] };
const submit = (boxes: readonly Annotation[], kili = fakeKili()) => {
  const label = { id: "label-1", jsonResponse: { JOB_0: { annotations: boxes } } };
  return runHandler(PluginHandler, "onSubmit", { label, assetId: "asset-1" }, { config, kili });
};

it("sends an asset with too many cars back, with an issue", async () => {
  const { outcome, writes } = await submit([car, car]);
  expect(outcome).toEqual({ type: "ok", result: { issues: 1 } });
  expect(writes.map(({ operation }) => operation)).toEqual(["sendBackAssetsToQueue", "createIssues"]);
  expect(writes[1]?.variables).toMatchObject({
    issues: [{ labelID: "label-1", text: "There are too many boxes of CAR: 2, at most 1 accepted" }],
  });
});

it("leaves an asset alone that keeps the rule", async () => {
  expect((await submit([car])).writes).toEqual([]);
});

it("fails, to be tried again, when Kili does", async () => {
  const { outcome } = await submit([car, car], fakeKili({ createIssues: new Error("Kili is down") }));
  expect(outcome).toMatchObject({ type: "threw", error: { name: "KiliError" } });
});
