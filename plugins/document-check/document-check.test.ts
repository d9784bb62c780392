// How a plugin is tested by its author: docs/testing-plugins.md.
import { expect, it } from "vitest";
import { runHandler } from "kili-edge/sdk/testing";
import PluginHandler from "./main.ts";

const iban = (text: string) => ({ categories: [{ name: "IBAN" }], children: { TEXT_JOB: { text } } });

it.each([
  ["FR76 1234", 100],
  ["DE02 1234", 0],
])("an IBAN of %s is %i percent right", async (text, accuracy) => {
  const label = { id: "label-1", jsonResponse: { JOB_0: { annotations: [iban(text)] } } };
  const config = { iban_prefix: "FR", currencies: ["EUR"] };
  const { outcome, writes } = await runHandler(PluginHandler, "onSubmit", { label, assetId: "asset-1" }, { config });
  expect(outcome).toMatchObject({ type: "ok", result: { accuracy } });
  expect(writes.map(({ operation }) => operation)).toContain("addAllLabeledAssetsToReview");
});
