// The Python that plugins run in, in the words of package indexes and of pip (PEP 783). They are Pyodide's: another
// release of it may need others, and a test compares them.

/** Its version, as pip takes it. */
export const PYTHON_VERSION = "3.14";
const ABI = "cp314";
/** What packages with compiled code are made for; the first is the one that the index takes. */
export const PLATFORMS = ["pyemscripten_2026_0_wasm32", "emscripten_5_0_3_wasm32"] as const;

/** How wheels with compiled code are called that fit. */
export const WHEEL_TAG = `${ABI}-${ABI}-${PLATFORMS[0]}`;

/** What makes pip install for it, and not for the Python that runs pip: wheels in pure Python, and those that fit. */
export const PIP_TARGET: readonly string[] = [
  ...["--only-binary", ":all:", "--python-version", PYTHON_VERSION, "--implementation", "cp", "--abi", ABI],
  ...PLATFORMS.flatMap((platform) => ["--platform", platform]),
];

/** What conditions of requirements ask about (PEP 508), as that Python answers. */
export const MARKERS: Readonly<Record<string, string>> = {
  ...{ implementation_name: "cpython", implementation_version: "3.14.2", platform_python_implementation: "CPython" },
  ...{ python_version: PYTHON_VERSION, python_full_version: "3.14.2", os_name: "posix", sys_platform: "emscripten" },
  ...{ platform_system: "Emscripten", platform_machine: "wasm32", platform_release: "", platform_version: "" },
};
