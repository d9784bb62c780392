// What authors test their plugins with, in plain Node.
import { describe, expect, it } from "vitest";
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";
import { fakeKili, runHandler } from "kili-edge/sdk/testing";

class Plugin extends PluginCore<{ readonly max: number }> {
  override async onSubmit({ assetId }: SubmitEvent) {
    const labels = await this.kili.labels({ assetId });
    this.logger.info("found", labels.length, this.env.get("TOKEN"), this.projectId, this.run.attempt);
    if (labels.length > this.config.max) throw new RangeError("too many");
    await this.kili.graphql("mutation ($ids: [ID!]) { again: skipAsset(where: { idIn: $ids }) { id } }", {
      ids: [assetId],
    });
    return labels.length;
  }
}

const event = { label: { id: "label-1" }, assetId: "asset-1" };
const labels = Array.from({ length: 250 }, (_, index) => ({ id: `label-${index}` }));

describe("runHandler", () => {
  it("tells writes, reads, logs and the result; reads come page by page", async () => {
    const kili = fakeKili({ labels });
    const context = { kili, config: { max: 1_000 }, env: { TOKEN: "t" }, projectId: "p", run: { attempt: 2 } };
    const { calls, logs, outcome, writes } = await runHandler(Plugin, "onSubmit", event, context);
    expect(outcome).toEqual({ type: "ok", result: 250 });
    expect(logs).toEqual([{ level: "info", content: "found 250 t p 2" }]);
    expect(writes).toMatchObject([{ kind: "write", operation: "skipAsset", variables: { ids: ["asset-1"] } }]);
    expect(calls.filter(({ operation }) => operation === "labels").length).toBeGreaterThan(1);
  });

  it("tells what the handler threw, and only the calls of this run", async () => {
    const kili = fakeKili({ labels });
    for (let round = 0; round < 2; round += 1) {
      const { outcome, writes } = await runHandler(Plugin, "onSubmit", event, {
        kili,
        config: { max: 1 },
        env: { TOKEN: "" },
      });
      expect(outcome).toMatchObject({ type: "threw", error: { name: "RangeError", message: "too many" } });
      expect(writes).toEqual([]);
    }
  });

  it.each([
    ["a read that the test says nothing about", fakeKili(), /wanted fakeKili\({ labels: … }\)/],
    ["a call that is to fail", fakeKili({ labels: new Error("no such asset") }), /no such asset/],
  ])("%s", async (_, kili, words) => {
    const { outcome } = await runHandler(Plugin, "onSubmit", event, { kili, config: { max: 1 }, env: { TOKEN: "" } });
    expect(outcome.type === "threw" && String(outcome.error)).toMatch(words);
  });
});
