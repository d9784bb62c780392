import { expect, it } from "vitest";
import * as sdk from "kili-edge/sdk";

it("kili-edge/sdk exports just what a plugin needs at run time", () => {
  expect(Object.keys(sdk).toSorted()).toEqual([
    "GiveUp",
    "KiliError",
    "NotCapable",
    "PluginCore",
    "RetryLater",
    "annotationsOf",
    "areaOf",
    "boxOf",
    "categoriesOf",
    "countByCategory",
    "intersectionOverUnion",
    "textOf",
  ]);
});
