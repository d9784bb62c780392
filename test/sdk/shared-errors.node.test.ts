// The harness and the plugin are two bundles in one isolate, with the barrel as a third that both import.
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";

const inSdk = (file: string): string => join(import.meta.dirname, "../../plugins/sdk", file);

it("what the harness is made of throws the barrel's error classes, and has none of its own", async () => {
  const parts = ["call-kili.ts", "create-env.ts", "create-kili.ts", "create-logger.ts", "to-handler-call.ts"];
  const { outputFiles } = await build({
    entryPoints: parts.map(inSdk),
    bundle: true,
    external: ["./index.ts"],
    format: "esm",
    outdir: "out",
    write: false,
  });
  expect(outputFiles).toHaveLength(parts.length);
  for (const { path, text } of outputFiles) expect(text, path).not.toContain("extends Error");
});

it("barrel and harness parts stay small", async () => {
  const parts = ["index.ts", "create-env.ts", "create-kili.ts", "create-logger.ts", "to-handler-call.ts"];
  const contents = parts.map((file) => `export * from ${JSON.stringify(inSdk(file))};`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: inSdk(".") },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  expect(outputFiles[0]?.contents.byteLength).toBeLessThan(24_000);
});
