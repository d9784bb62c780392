// How a plugin is tested by its author: docs/testing-plugins.md.
import { expect, it } from "vitest";
import { runHandler } from "kili-edge/sdk/testing";
import PluginHandler from "./main.ts";

const boxOf = (size: number) => ({
  ...{ type: "rectangle", mid: "object-1" },
  boundingPoly: [
    {
      normalizedVertices: [
        { x: 0, y: 0 },
        { x: size, y: size },
      ],
    },
  ],
});

it.each([
  [0.9, 1],
  [0.1, 0],
])("a box of %s by itself has %i issues", async (size, issues) => {
  const label = { id: "label-1", jsonResponse: { JOB_0: { annotations: [boxOf(size)] } } };
  const config = { max_share: 0.5, single_object: "JOB_0.CAR" };
  const { outcome, writes } = await runHandler(PluginHandler, "onSubmit", { label, assetId: "asset-1" }, { config });
  expect(outcome).toEqual({ type: "ok", result: { issues } });
  expect(writes).toHaveLength(issues);
});
