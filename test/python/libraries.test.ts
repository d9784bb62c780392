// Compiled code in a Python plugin's packages: linked when it is imported, and held by the limits of any plugin.
import { describe, expect, test } from "vitest";
import type { RunReport } from "../../schemas/run.ts";
import { pythonPlugin, runPython, type Setup } from "./run-python.ts";
import { answeringLibrary, tinyLibrary, type Doing } from "./tiny-library.ts";

/** A plugin that imports `tiny` for the asset "bad", and else not. */
const FILES = `from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        if asset_id == "bad":
            import tiny
            return [tiny.ANSWER, tiny.__file__]
        return "well"
`;
const WELL = { type: "ok", result: '"well"' };
const BAD = { payload: { asset_id: "bad" } };

function pluginWith(library: Uint8Array, path = "tiny.so"): (again?: Partial<Setup>) => Promise<RunReport> {
  return pythonPlugin({ files: FILES, libraries: { [path]: toBase64(library) } });
}

function toBase64(library: Uint8Array): string {
  return btoa(String.fromCharCode(...library));
}

function pluginDoing(doing: Doing): (again?: Partial<Setup>) => Promise<RunReport> {
  return pluginWith(tinyLibrary({ doing }));
}

describe("compiled code in a package", () => {
  test.each(["tiny.so", "tiny.abi3.so", "tiny.cpython-314-wasm32-emscripten.so"])(
    "is imported from %s",
    async (path) => {
      const run = pluginWith(tinyLibrary(), path);
      expect((await run(BAD)).outcome).toEqual({ type: "ok", result: `[42, "/packages/${path}"]` });
      expect((await run(BAD)).outcome).toMatchObject({ type: "ok" });
    },
  );

  test("brings along what it needs, and says what it cannot find", async () => {
    const needy = toBase64(tinyLibrary({ needs: "libanswer.so" }));
    const answering = toBase64(answeringLibrary(43));
    const whole = { files: FILES, libraries: { "tiny.so": needy, "tiny.libs/libanswer.so": answering } };
    expect((await runPython({ ...whole, ...BAD })).outcome).toEqual({
      type: "ok",
      result: '[43, "/packages/tiny.so"]',
    });
    const torn = pythonPlugin({ files: FILES, libraries: { "tiny.so": needy } });
    const { outcome } = await torn(BAD);
    expect(outcome).toMatchObject({ type: "threw", name: "ImportError" });
    expect(outcome).toMatchObject({ message: expect.stringContaining('found no library "libanswer.so"') as string });
    expect((await torn(BAD)).outcome).toEqual(outcome);
    expect((await torn()).outcome).toEqual(WELL);
  });

  test("that cannot be linked for once can be in the next run, also where Python caught it", async () => {
    const files = `from kili.plugins import PluginCore


class PluginHandler(PluginCore):
    def on_submit(self, label, asset_id):
        hoard = []
        try:
            while asset_id == "bad":
                hoard.append(bytearray(500_000))
        except MemoryError:
            pass
        try:
            import tiny
            return tiny.ANSWER
        except ImportError as error:
            hoard.clear()
            return "short of memory" if "no memory left" in str(error) else str(error)
`;
    const run = pythonPlugin({ files, libraries: { "tiny.so": toBase64(tinyLibrary({ dataBytes: 2_000_000 })) } });
    const [short, well] = [
      { type: "ok", result: '"short of memory"' },
      { type: "ok", result: "42" },
    ];
    expect((await run(BAD)).outcome).toEqual(short);
    expect((await run(BAD)).outcome).toEqual(short);
    expect((await run()).outcome).toEqual(well);
  });

  test("costs nothing where it is not imported, whatever is in it", async () => {
    expect((await pluginDoing("trap")()).outcome).toEqual(WELL);
  });

  test("that fails takes its interpreter along, and the next run gets another", async () => {
    const run = pluginDoing("trap");
    const { outcome } = await run(BAD);
    expect(outcome).toMatchObject({ type: "threw", name: "InterpreterEnded" });
    expect(outcome).toMatchObject({ message: expect.stringContaining("unreachable") as string });
    expect((await run()).outcome).toEqual(WELL);
  });

  test("is not linked where its data has no room", async () => {
    const run = pluginWith(tinyLibrary({ dataBytes: 100_000_000 }));
    expect((await run(BAD)).outcome).toMatchObject({ type: "memory_limit" });
    expect((await run()).outcome).toEqual(WELL);
  });

  test.each(["allocate", "grow"] as const)("has no more memory than Python: %s", async (doing) => {
    const run = pluginDoing(doing);
    expect((await run(BAD)).outcome).toMatchObject({ type: "memory_limit" });
    expect((await run()).outcome).toEqual(WELL);
  });
});
