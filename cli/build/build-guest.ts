// Builds what runs inside every plugin's isolate besides the plugin: the harness, the meter and the SDK, each as the
// module the isolate knows it by. What they hold is plugins/sdk's business.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "acorn";
import { build, type Plugin } from "esbuild";
import { SDK_SPECIFIER } from "../../worker/build/bundle-plugin.ts";
import { hashText } from "../../worker/build/hash-text.ts";
import { ISOLATE_BUNDLE } from "./isolate-bundle.ts";

export type GuestModules = Readonly<Record<"harness.js" | "meter.js" | "kili-edge/sdk", string>>;

/** Builds the guest modules from the folder `sdk` (plugins/sdk). */
export async function buildGuest(sdk: string): Promise<GuestModules> {
  const meterFile = join(sdk, "meter.ts");
  const indexFile = join(sdk, "index.ts");
  const meter = await bundle(meterFile, new Map());
  // The SDK has no way to the meter: whatever it could reach, so could a plugin.
  const index = await bundle(indexFile, new Map([[meterFile, null]]));
  const outside = new Map<string, string | null>([
    [meterFile, "./meter.js"],
    [indexFile, SDK_SPECIFIER],
  ]);
  const exported = new Set(exportedNames(index.code));
  for (const file of index.inputs) {
    // A class that both sides know must be one class: what the SDK exports, the harness takes from there.
    const names = exportedNames((await bundle(file, new Map())).code);
    if (names.length > 0 && names.every((name) => exported.has(name))) outside.set(file, SDK_SPECIFIER);
  }
  const harness = await bundle(join(sdk, "harness.ts"), outside);
  return { "harness.js": harness.code, "meter.js": meter.code, "kili-edge/sdk": index.code };
}

/** dist/guest-modules.ts: the modules as text for the Worker to hand to isolates, and a hash of them all. */
export async function guestModulesSource(modules: GuestModules): Promise<string> {
  const type = 'Readonly<Record<"harness.js" | "meter.js" | "kili-edge/sdk", string>>';
  return [
    "// Written by `npm run build`. Do not edit.",
    `export const GUEST_MODULES: ${type} = ${JSON.stringify(modules, null, 2)};`,
    `export const GUEST_HASH: string = "${await hashText(JSON.stringify(modules))}";`,
    "",
  ].join("\n");
}

interface GuestBundle {
  readonly code: string;
  /** The absolute files that went in. */
  readonly inputs: readonly string[];
}

/** `outside` maps files to the specifier that stands for them; null where they must not be imported at all. */
async function bundle(entry: string, outside: ReadonlyMap<string, string | null>): Promise<GuestBundle> {
  const files: string[] = [];
  const modules: Plugin = {
    name: "guest-modules",
    setup(building) {
      // The isolate's own: the runtime brings the first two, the host puts the third there.
      building.onResolve({ filter: /^(?:cloudflare:|node:async_hooks$|\.\/plugin\.js$)/ }, ({ path }) => ({
        path,
        external: true,
      }));
      building.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir, importer }) => {
        const file = join(resolveDir, path);
        const specifier = outside.get(file);
        if (specifier === null) return { errors: [{ text: `${importer} must not import ${path}` }] };
        return specifier === undefined || importer === "" ? undefined : { path: specifier, external: true };
      });
      building.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        files.push(path);
        return { contents: await readFile(path), loader: "ts" };
      });
    },
  };
  const { outputFiles } = await build({
    ...ISOLATE_BUNDLE,
    entryPoints: [entry],
    plugins: [modules],
  });
  return { code: outputFiles[0]?.text ?? "", inputs: files };
}

function exportedNames(code: string): string[] {
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  return program.body.flatMap((node) =>
    node.type === "ExportNamedDeclaration"
      ? node.specifiers.map(({ exported }) => (exported.type === "Identifier" ? exported.name : String(exported.value)))
      : [],
  );
}
