// Python plugins, from the host's call to the report.
import { describe, expect, test } from "vitest";
import { linesOf, pythonPlugin, runPython } from "./run-python.ts";

const HEAD = "from kili.plugins import PluginCore\n\n\nclass PluginHandler(PluginCore):\n";

describe("a Python plugin", () => {
  test("runs its handler, and its prints and logs become lines", async () => {
    const report = await runPython({
      files: `${HEAD}    def on_submit(self, label, asset_id):
        print("printed", label["id"], asset_id)
        self.logger.info("on %s", self.project_id)
        self.logger.warning("careful\\nnow")
        print("no newline", end="")
        return {"n": 1}
`,
    });
    expect(report.outcome).toEqual({ type: "ok", result: '{"n": 1}' });
    expect(linesOf(report)).toEqual([
      "info: printed label-1 asset-1",
      "info: on p",
      "warning: careful\nnow",
      "info: no newline",
    ]);
  });

  test("keeps its module between runs", async () => {
    const run = pythonPlugin({
      files: `import random\nseen = []\n${HEAD}    def on_submit(self, label, asset_id):\n        seen.append(1)\n        return len(seen)\n`,
    });
    expect((await run()).outcome).toEqual({ type: "ok", result: "1" });
    expect((await run()).outcome).toEqual({ type: "ok", result: "2" });
  });

  test("finds its packages, after its own files and the standard library", async () => {
    const { outcome, logs } = await runPython({
      files: {
        "main.py": `import importlib.metadata, json, rules, tally\n${HEAD}    def on_submit(self, label, asset_id):\n        print(tally.count("ab"), rules.OWN, importlib.metadata.version("tally"))\n        tally.count(1)\n`,
        "rules.py": "OWN = True\n",
      },
      packages: {
        "tally/__init__.py": "from .words import count\n",
        "tally/words.py": "def count(text):\n    return len(text)\n",
        "tally-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: tally\nVersion: 1.2\n",
        "rules.py": "OWN = False\n",
        "json.py": "raise ImportError('shadowed')\n",
      },
    });
    expect(outcome).toMatchObject({ type: "threw", name: "TypeError" });
    expect(logs[0]?.content).toBe("2 True 1.2");
    expect(logs[1]?.content).toContain('File "/packages/tally/words.py", line 2, in count');
  });

  test("is not called for an event that lacks what it is promised, nor tried again", async () => {
    const files = `${HEAD}    def on_submit(self, label, asset_id):\n        raise KeyError(asset_id)\n`;
    const { outcome } = await runPython({ files, payload: { asset_id: null } });
    expect(outcome).toMatchObject({
      type: "threw",
      name: "TypeError",
      message: 'Cannot call onSubmit: the event names no asset, wanted "asset_id" or "assetId"',
      retry: { type: "never" },
    });
  });

  test("that raises ends with its own traceback", async () => {
    const report = await runPython({
      files: {
        "main.py": `from rules.boxes import check\n${HEAD}    def on_submit(self, label, asset_id):\n        check(label)\n`,
        "rules/boxes.py": "def check(label):\n    return label['nothing']\n",
      },
    });
    expect(report.outcome).toMatchObject({ type: "threw", name: "KeyError", message: "'nothing'" });
    expect(linesOf(report)).toEqual([
      [
        "error: Traceback (most recent call last):",
        '  File "main.py", line 7, in on_submit',
        "    check(label)",
        "    ~~~~~^^^^^^^",
        '  File "rules/boxes.py", line 2, in check',
        "    return label['nothing']",
        "           ~~~~~^^^^^^^^^^^",
        "KeyError: 'nothing'",
      ].join("\n"),
    ]);
  });
});
