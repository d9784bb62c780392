// What a Python plugin finds around it: events as objects, variables, configuration, requests.
import { describe, expect, test } from "vitest";
import { linesOf, runPython } from "./run-python.ts";

describe("kili_events", () => {
  const files = `from kili_events import AssetSkippedEvent, AssetWorkflowEvent, LabelWorkflowEvent
from kili.plugins import PluginCore, on_kili_event


class PluginHandler(PluginCore):
    @on_kili_event
    def on_skip(self, event: AssetSkippedEvent) -> None:
        self.logger.info(f"{event.event} {event.payload.asset_id} by {event.user_id} {isinstance(event, AssetSkippedEvent)}")

    @on_kili_event
    def on_workflow(self, event: AssetWorkflowEvent | LabelWorkflowEvent) -> None:
        self.logger.info(f"{type(event).__name__} {event.payload.step_id} {event.payload.model_dump()}")
`;
  const happen = async (event: string, payload: object) =>
    linesOf(await runPython({ files, eventType: event, payload: { event, userId: "u", payload } }));

  test("go to the methods whose annotation names them", async () => {
    expect(await happen("asset.skipped", { assetId: "a" })).toEqual(["info: asset.skipped a by u True"]);
    expect(await happen("asset.workflow.currentStep.statusChanged", { stepId: "s", deep: [{ aB: 1 }] })).toEqual([
      "info: AssetWorkflowEvent s {'step_id': 's', 'deep': [{'a_b': 1}]}",
    ]);
  });

  test("that no method takes are said to be ignored", async () => {
    expect(await happen("asset.unskipped", {})).toEqual([
      "warning: No method of the plugin receives the event 'asset.unskipped' (methods decorated with @on_kili_event: on_skip, on_workflow).",
    ]);
  });
});

describe("the run", () => {
  test("has its configuration, its variables, and a fresh random state", async () => {
    const files = `import os
from kili.plugins import PluginCore
from kili_edge import run


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        return [run.config["most"], run.attempt, run.idempotency_key, os.environ["THRESHOLD"], os.environ.get("OTHER")]
`;
    const permissions = { kili: [], kili_projects: [], net: [], env: ["THRESHOLD"] };
    const { outcome } = await runPython({
      ...{ files, manifest: { config: { most: 3 }, permissions } },
      deps: { variable: (name) => `value of ${name}` },
    });
    expect(outcome).toEqual({ type: "ok", result: '[3, 1, "dl_1", "value of THRESHOLD", null]' });
    const random = `import random, secrets, uuid
from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        return [random.random(), secrets.token_hex(4), str(uuid.uuid4())]
`;
    const [one, other] = await Promise.all([runPython({ files: random }), runPython({ files: random })]);
    expect(one.outcome.type).toBe("ok");
    expect(one.outcome).not.toEqual(other.outcome);
  });

  test("may ask to be tried again later", async () => {
    const files = `from kili.plugins import PluginCore
from kili_edge import RetryLater


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        raise RetryLater("still loading", after=1.5)
`;
    const retry = { type: "after", ms: 1_500 };
    expect((await runPython({ files })).outcome).toMatchObject({ type: "threw", name: "RetryLater", retry });
  });

  test("without permissions reaches neither Kili nor the network, and says why", async () => {
    const files = `import requests
from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        try:
            requests.get("https://example.com/a", params={"q": 1})
        except Exception as error:
            print(type(error).__name__, error)
        self.kili.send_back_to_queue([asset_id])
`;
    const report = await runPython({ files });
    expect(report.outcome).toMatchObject({ type: "threw", name: "NotCapable" });
    expect(linesOf(report)[0]).toBe(
      'info: NotCapable Requires net access to "example.com": add it to [permissions] net in plugin.toml',
    );
    expect(report.refusals.map(({ capability }) => capability)).toEqual(["net", "kili"]);
  });
});
