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

describe("what the docs say is there, or is not", () => {
  /** What a piece of code gives as `r`, or the name of what it raises. */
  const tried = async (...pieces: string[]) => {
    const files = `import json
from kili.plugins import PluginCore

PIECES = json.loads(${JSON.stringify(JSON.stringify(pieces))})


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        given = []
        for piece in PIECES:
            scope = {}
            try:
                exec(piece, scope)
                given.append(scope["r"])
            except Exception as error:
                given.append(type(error).__name__)
        return given
`;
    const { outcome, logs } = await runPython({ files, manifest: { limits: LIMITS } });
    return { given: outcome.type === "ok" ? (JSON.parse(outcome.result ?? "null") as unknown) : outcome, logs };
  };

  test("the standard library, without what a WebAssembly module has no use for", async () => {
    const { given } = await tried(
      "import sqlite3; r = sqlite3.connect(':memory:').execute('SELECT 1 + 1').fetchone()[0]",
      "import tempfile\nwith tempfile.TemporaryFile('w+') as f:\n    f.write('x'); f.seek(0); r = f.read()",
      "import time; before = time.time(); time.sleep(0.02); r = time.time() - before >= 0.019",
      "import threading; threading.Thread(target=print).start()",
      "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool: pool.submit(print)",
      "import subprocess; subprocess.run(['ls'])",
      "import multiprocessing; multiprocessing.Process(target=print).start()",
      "import urllib.request; urllib.request.urlopen('https://example.com')",
      "import tkinter",
      "import asyncio\nasync def f(): return 1\nwork = f()\ntry: asyncio.run(work)\nfinally: work.close()",
      "from zoneinfo import ZoneInfo; ZoneInfo('Europe/Paris')",
      "input()",
      "import getpass; getpass.getpass()",
      "import os; r = os.environ['KILI_API_KEY']",
    );
    expect(given).toEqual([
      ...[2, "x", true, "RuntimeError", "RuntimeError", "OSError", "ModuleNotFoundError", "URLError"],
      ...["ModuleNotFoundError", "RuntimeError", "ZoneInfoNotFoundError", "RuntimeError", "EOFError", "KeyError"],
    ]);
  });

  test("requests with its exceptions, credentials and codes, and no more than that", async () => {
    const { given } = await tried(
      "import requests, requests.exceptions as e; r = e.HTTPError is requests.HTTPError and e is requests.exceptions",
      "from requests.auth import HTTPBasicAuth; r = ':'.join(HTTPBasicAuth('me', 'pw'))",
      "import requests; r = [requests.codes.ok, requests.codes.not_found]",
      "import requests; requests.post('https://example.com', files={})",
      "import requests.adapters",
    );
    expect(given).toEqual([true, "me:pw", [200, 404], "NotImplementedError", "ModuleNotFoundError"]);
  });

  test("warnings are lines with their level", async () => {
    const { logs } = await tried("import warnings; warnings.warn('careful')");
    expect(logs.map(({ level, content }) => `${level}: ${content}`)).toEqual([
      "warning: <string>:1: UserWarning: careful",
    ]);
  });
});

const LIMITS = { cpu_ms: 5_000, timeout_ms: 20_000, subrequests: 5, log_lines: 100 };
