import { describe, expect, it } from "vitest";
import type { Annotation, Label } from "kili-edge/sdk";
import PluginHandler from "../../plugins/document-check/main.ts";
import { recordingContext } from "./recording-kili.ts";

function field(mid: string, category: string, text?: string): Annotation {
  const children = text === undefined ? {} : { TRANSCRIPTION_JOB: { text } };
  return { mid, type: "rectangle", categories: [{ name: category }], children };
}

async function submit(jsonResponse?: Label["jsonResponse"]) {
  const { context, calls, lines } = recordingContext({ iban_prefix: "FR", currencies: ["DOLLAR", "EURO"] });
  const label: Label = { id: "label-1", ...(jsonResponse && { jsonResponse }) };
  const result = await new PluginHandler(context).onSubmit({ label, assetId: "asset-1" });
  return { result, calls, lines };
}

const metadataOf = (calls: Awaited<ReturnType<typeof submit>>["calls"]): unknown => {
  const update = calls.find((call) => call.operation === "updatePropertiesInAssets");
  const data = update?.variables["data"] as { jsonMetadata: string }[] | undefined;
  return JSON.parse(data?.[0]?.jsonMetadata ?? "null");
};

describe("document-check", () => {
  it("opens issues on the wrong objects, and keeps the accuracy as valid JSON", async () => {
    const annotations = [
      field("iban-1", "IBAN", "FR76 3000"),
      field("iban-2", "IBAN", "DE89 3704"),
      field("currency-1", "CURRENCY", "YEN"),
      field("total", "TOTAL", "12"),
    ];
    const { result, calls } = await submit({ JOB_0: { annotations } });

    expect(result).toEqual({ accuracy: 50, issues: 2 });
    expect(calls.map((call) => call.operation)).toEqual([
      "updatePropertiesInAssets",
      "addAllLabeledAssetsToReview",
      "createIssues",
    ]);
    expect(metadataOf(calls)).toEqual({ accuracy: 50 });
    expect(calls[2]?.variables["issues"]).toMatchObject([
      { objectMid: "iban-2", text: "The IBAN should start with FR" },
      { objectMid: "currency-1", text: "The currency should be one of DOLLAR, EURO" },
    ]);
  });

  it("sends a right document to review without an issue", async () => {
    const annotations = [field("1", "IBAN", " FR76"), field("2", "CURRENCY", "EURO")];
    const { result, calls } = await submit({ JOB_0: { annotations } });
    expect(result).toEqual({ accuracy: 100, issues: 0 });
    expect(calls.map((call) => call.operation)).not.toContain("createIssues");
    expect(calls.map((call) => call.operation)).toContain("addAllLabeledAssetsToReview");
  });

  it("takes a missing transcription for a wrong one", async () => {
    const { result } = await submit({ JOB_0: { annotations: [field("1", "IBAN")] } });
    expect(result).toEqual({ accuracy: 0, issues: 1 });
  });

  it("does not divide by zero without annotations", async () => {
    const { calls } = await submit({ JOB_0: { annotations: [] } });
    expect(metadataOf(calls)).toEqual({ accuracy: 100 });
  });

  it("does nothing about a label that came without its content", async () => {
    const { calls, lines } = await submit();
    expect(calls).toEqual([]);
    expect(lines).toEqual(["warning: Nothing to check: label label-1 came without its content"]);
  });
});
