// What packages are chosen for is the Python that is here: another release of Pyodide may be another.
import { expect, test } from "vitest";
import { MARKERS, PLATFORMS, PYTHON_VERSION, WHEEL_TAG } from "../../worker/build/python-platform.ts";
import { runPython } from "./run-python.ts";

const FILES = `import importlib.machinery, os, platform, sys, sysconfig
from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        version = sys.version_info
        return {
            "suffixes": importlib.machinery.EXTENSION_SUFFIXES,
            "platforms": [
                f"pyemscripten_{sysconfig.get_config_var('PYEMSCRIPTEN_ABI_VERSION')}_wasm32",
                sysconfig.get_platform().replace("-", "_").replace(".", "_"),
            ],
            "markers": {
                "implementation_name": sys.implementation.name,
                "implementation_version": platform.python_version(),
                "os_name": os.name,
                "platform_machine": platform.machine(),
                "platform_python_implementation": platform.python_implementation(),
                "platform_system": platform.system(),
                "python_full_version": platform.python_version(),
                "python_version": f"{version.major}.{version.minor}",
                "sys_platform": sys.platform,
            },
        }
`;

test("packages are chosen for the Python that plugins run in", async () => {
  const { outcome } = await runPython({ files: FILES });
  if (outcome.type !== "ok") throw new Error(JSON.stringify(outcome));
  const said = JSON.parse(outcome.result ?? "") as Record<string, unknown>;
  const { platform_release: release, platform_version: version, ...markers } = MARKERS;
  // Of an Emscripten nobody asks these.
  expect([release, version]).toEqual(["", ""]);
  expect(said["markers"]).toEqual(markers);
  expect(said["platforms"]).toEqual(PLATFORMS);
  const digits = PYTHON_VERSION.replace(".", "");
  expect(said["suffixes"]).toEqual([`.cpython-${digits}-wasm32-emscripten.so`, ".abi3.so", ".so"]);
  expect(WHEEL_TAG).toBe(`cp${digits}-cp${digits}-${PLATFORMS[0]}`);
});
