// How what runs beside a plugin in its isolate is bundled: as small as it gets, for the runtime this host runs on.
import type { BuildOptions } from "esbuild";

export const ISOLATE_BUNDLE = {
  bundle: true,
  write: false,
  format: "esm",
  platform: "browser",
  target: "es2024",
  minify: true,
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;
