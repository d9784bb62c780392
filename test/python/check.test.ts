// What registering a Python plugin finds wrong with it, with file and line.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { ARTIFACT_FORMAT, type Artifact } from "../../schemas/artifact.ts";
import { probeArtifact } from "../../worker/registry/probe-artifact.ts";
import { MANIFEST } from "./run-python.ts";
import { tinyLibrary } from "./tiny-library.ts";

let versions = 0;

async function problemsIn(
  files: Record<string, string>,
  events: readonly string[] = ["onSubmit"],
  packages: Record<string, string> = {},
  libraries: Record<string, string> = {},
  host: { readonly MAX_CPU_MS?: string } = {},
): Promise<string[]> {
  versions += 1;
  const artifact = {
    ...{
      format: ARTIFACT_FORMAT,
      hash: `${versions}`.padStart(64, "0"),
      manifest: MANIFEST,
      handlers: [],
      sourceMap: "",
    },
    code: JSON.stringify({ main: "main.py", events, files, packages, libraries }),
  } as unknown as Artifact;
  const probed = await probeArtifact(artifact, { ...env, ...host });
  return probed.ok
    ? []
    : probed.failure.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

const plugin = (body: string): string =>
  `from kili.plugins import PluginCore\n\n\nclass PluginHandler(PluginCore):\n${body}`;
const WELL = plugin("    def on_submit(self, label, asset_id):\n        pass\n");

describe("a Python plugin that is registered", () => {
  test("is well, with optional imports, relative ones, and its own modules under names of the library", async () => {
    expect(
      await problemsIn({
        "main.py": `import statistics\nfrom rules import boxes\ntry:\n    import numpy\nexcept ImportError:\n    numpy = None\nassert statistics.OURS\n${WELL}`,
        "rules/boxes.py":
          "from . import more\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n",
        "rules/more.py": "import sys, os.path, json.decoder\n",
        "statistics.py": "OURS = True\n",
      }),
    ).toEqual([]);
  });

  test.each([
    ["a syntax error", { "main.py": `${WELL}\nx = = 1\n` }, ["main.py:8:5 Cannot parse Python: invalid syntax"]],
    [
      "syntax errors in two files",
      { "main.py": "def f(:\n", "rules/a.py": "return 1 +\n" },
      ["main.py:1:7 Cannot parse Python: invalid syntax", "rules/a.py:1:11 Cannot parse Python: invalid syntax"],
    ],
    [
      "imports of what is not there, also where nobody has come by yet",
      {
        "main.py": `import numpy as np\n${WELL}`,
        "rules/a.py": "def f():\n    from pandas.io import sql\n    import kili.utils.labels\n",
      },
      [
        "main.py:1:1 Cannot import \"numpy\": this host's Python has no such package, wanted one of the standard library, of the plugin's own files, or of its requirements.txt",
        "rules/a.py:2:5 Cannot import \"pandas.io\": this host's Python has no such package, wanted one of the standard library, of the plugin's own files, or of its requirements.txt",
        'rules/a.py:3:5 Cannot import "kili.utils.labels": of Kili\'s SDK, plugins on this host have kili.client, kili.client_domain, kili.exceptions, kili.plugins',
      ],
    ],
    [
      "a module that raises",
      { "main.py": `import rules\n${WELL}`, "rules.py": "x = 1\ny = 1 / 0\n" },
      ["rules.py:2:1 Cannot load the plugin: ZeroDivisionError: division by zero"],
    ],
    [
      "a module that needs what WebAssembly has not",
      { "main.py": `import rules\n${WELL}`, "rules.py": "import tkinter\n" },
      [
        "rules.py:1:1 Cannot import \"tkinter\": this host's Python has no such package, wanted one of the standard library, of the plugin's own files, or of its requirements.txt",
      ],
    ],
    [
      "no class",
      { "main.py": "Plugin = 1\n" },
      [
        "main.py:null:null Cannot load the plugin: ImportError: Cannot find plugin: main.py has no class PluginHandler, wanted class PluginHandler(PluginCore)",
      ],
    ],
    [
      "a handler that nobody awaits",
      { "main.py": plugin("    async def on_submit(self, label, asset_id):\n        pass\n") },
      [
        'main.py:5:1 Cannot use "on_submit" as a handler: found an async function, which nobody awaits, wanted a plain method',
      ],
    ],
    [
      "handlers of other kinds",
      {
        "main.py": plugin(
          "    def on_submit(self, label, asset_id):\n        yield\n\n    @staticmethod\n    def on_review(label, asset_id):\n        pass\n",
        ),
      },
      [
        'main.py:5:1 Cannot use "on_submit" as a handler: found a generator, which would never run, wanted a plain method',
        'main.py:8:1 Cannot use "on_review" as a handler: found a staticmethod, wanted a plain method',
      ],
    ],
    [
      "a loop at load",
      { "main.py": "while True: pass\n" },
      [
        "main.py:1:1 Cannot load the plugin: CpuLimitExceeded: Cannot continue run: its CPU time is used up (cpu_ms in [limits] of plugin.toml)",
      ],
    ],
  ])("is refused for %s", async (_, files, expected) => {
    expect(await problemsIn(files as Record<string, string>)).toEqual(expected);
  });

  test.each([
    ["from fast._fast import go", "ModuleNotFoundError: No module named 'fast._fast'"],
    [
      "from . import _fast",
      "ImportError: cannot import name '_fast' from partially initialized module 'fast' (most likely due to a circular import) (/packages/fast/__init__.py)",
    ],
  ])("is told that a package may lack its compiled code: %s", async (line, found) => {
    expect(
      await problemsIn({ "main.py": `import fast\n${WELL}` }, ["onSubmit"], { "fast/__init__.py": `${line}\n` }),
    ).toEqual([
      `main.py:1:1 Cannot load the plugin: ${found}; if that is compiled code, it did not come along: Kili's SDK sends only .py files, upload with "kili-edge push"`,
    ]);
  });

  test.each([
    [
      "from fast import nothing_here",
      "ImportError: cannot import name 'nothing_here' from 'fast' (/packages/fast/__init__.py)",
    ],
    ['raise ModuleNotFoundError("gone", name=5)', "ModuleNotFoundError: gone"],
  ])("is not told so of what is only missing: %s", async (line, found) => {
    const files = { "fast/__init__.py": "", "slow.py": `${line}\n` };
    const [problem] = await problemsIn({ "main.py": `import slow\n${WELL}` }, ["onSubmit"], files);
    expect(problem).toMatch(new RegExp(`Cannot load the plugin: ${found.replaceAll(/[()]/g, "\\$&")}$`));
  });

  test("is refused for what takes longer to load than the deployment lets anything compute", async () => {
    const files = { "main.py": `import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass\n${WELL}` };
    expect(await problemsIn(files, ["onSubmit"], {}, {}, { MAX_CPU_MS: "500" })).toEqual([
      expect.stringContaining("main.py:3:1 Cannot load the plugin: CpuLimitExceeded") as string,
    ]);
  });

  test("is refused for compiled code that is damaged, also where it is not imported", async () => {
    const damaged = btoa(String.fromCharCode(...tinyLibrary().slice(0, -10)));
    expect(await problemsIn({ "main.py": WELL }, ["onSubmit"], {}, { "tiny.so": damaged })).toEqual([
      expect.stringMatching(
        /^main\.py:null:null Cannot load the module: Failed to start Worker:\nUncaught CompileError: /,
      ) as string,
    ]);
  });

  test("is refused for an event that no handler takes", async () => {
    expect(await problemsIn({ "main.py": WELL }, ["onSubmit", "onReview", "asset.*"])).toEqual([
      'main.py:4:1 Cannot deliver "onReview": found no method on_review in PluginHandler, wanted one',
      'main.py:4:1 Cannot deliver "asset.*": found no method on_event in PluginHandler, wanted one',
    ]);
  });
});
