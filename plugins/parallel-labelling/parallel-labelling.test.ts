// How a plugin is tested by its author: docs/testing-plugins.md.
import { expect, it } from "vitest";
import { fakeKili, runHandler } from "kili-edge/sdk/testing";
import PluginHandler from "./main.ts";

const jsonInterface = JSON.stringify({ jobs: { JOB_0: { mlTask: "OBJECT_DETECTION" } } });
const labelOf = (id: string) => ({
  ...{ id, isLatestLabelForUser: true },
  jsonResponse: JSON.stringify({ JOB_0: { annotations: [{ mid: `object-${id}`, categories: [{ name: "CAR" }] }] } }),
});

it.each([
  ["waits for the other labeler", ["one"], []],
  ["adds a label when both are done", ["one", "other"], ["appendManyLabels"]],
])("%s", async (_, done, operations) => {
  const kili = fakeKili({ projects: [{ jsonInterface, minConsensusSize: 2 }], labels: done.map(labelOf) });
  const event = { label: { id: "one" }, assetId: "asset-1" };
  const { outcome, writes } = await runHandler(PluginHandler, "onSubmit", event, { kili });
  expect(outcome.type).toBe("ok");
  expect(writes.map(({ operation }) => operation)).toEqual(operations);
});
