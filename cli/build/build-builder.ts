// Builds what builds uploads: the main module of the builder's isolate, as a static asset, beside esbuild's own
// WebAssembly. Neither is in the Worker's bundle. What building means is worker/build's business.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { hashText } from "../../worker/build/hash-text.ts";

/** Writes `builder.js` and `esbuild.wasm` into `assets`; the answer changes whenever one of them does. */
export async function buildBuilder(root: string, assets: string): Promise<string> {
  const require = createRequire(import.meta.url);
  const wasm = require.resolve("esbuild-wasm/esbuild.wasm");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["worker/build/builder.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    target: "es2024",
    minify: true,
    external: ["./esbuild.wasm"],
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
    logLevel: "silent",
  });
  const code = outputFiles[0]?.text ?? "";
  await mkdir(assets, { recursive: true });
  await writeFile(join(assets, "builder.js"), code);
  await copyFile(wasm, join(assets, "esbuild.wasm"));
  const { version } = JSON.parse(await readFile(require.resolve("esbuild-wasm/package.json"), "utf8")) as {
    version: string;
  };
  return hashText(`${version}\n${code}`);
}

/** dist/builder-hash.ts: what the Worker calls the isolate by. */
export function builderHashSource(hash: string): string {
  return ["// Written by `npm run build`. Do not edit.", `export const BUILDER_HASH: string = "${hash}";`, ""].join(
    "\n",
  );
}
