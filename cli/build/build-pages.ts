// Builds what the dashboard's pages load besides themselves: one script, one style sheet and an icon, as static assets
// whose names change with what they hold. What they do is browser/'s business.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

export interface PageAssets {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

/** Writes the files into the folder `pages` of `assets`, anew, and answers their names. */
export async function buildPages(root: string, assets: string): Promise<PageAssets> {
  const folder = join(assets, "pages");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      script: "browser/main.ts",
      style: "browser/style.css",
      icon: "browser/icon.svg",
    },
    entryNames: "[name]-[hash]",
    outdir: folder,
    bundle: true,
    write: false,
    format: "esm",
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    loader: { ".svg": "copy" },
    minify: true,
    legalComments: "none",
    logLevel: "silent",
  });
  await mkdir(folder, { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents)));
  const names = outputFiles.map(({ path }) => basename(path));
  // Afterwards: a host that serves from this folder is never without its files.
  const old = (await readdir(folder)).filter((name) => !names.includes(name));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
  const named = (start: string): string => names.find((name) => name.startsWith(`${start}-`)) ?? "";
  return { script: named("script"), style: named("style"), icon: named("icon") };
}

/** dist/page-assets.ts: what the Worker calls them by. */
export function pageAssetsSource(assets: PageAssets): string {
  return [
    "// Written by `npm run build`. Do not edit.",
    `export const PAGE_ASSETS: Readonly<Record<"script" | "style" | "icon", string>> = ${JSON.stringify(assets, null, 2)};`,
    "",
  ].join("\n");
}
