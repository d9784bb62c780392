// The Worker as one module, the way wrangler bundles it: Web conditions, the platform's modules left out.
// It does not build plugins; dist/guest-modules.ts must be there already.
import { gzipSync } from "node:zlib";
import { build, formatMessages } from "esbuild";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";

export interface WorkerBundle {
  readonly code: string;
  readonly gzipBytes: number;
}

export interface BundleOptions {
  readonly root: string;
  /** The Worker's entry file, and what wrangler.toml defines at build time. */
  readonly main: string;
  readonly define: Record<string, string>;
  /** An inline source map, for readable stacks while developing. */
  readonly sourceMap: boolean;
}

/** Bundles the Worker in memory. */
export async function bundleWorker(options: BundleOptions): Promise<Result<WorkerBundle, CliFailure>> {
  try {
    const result = await build({
      absWorkingDir: options.root,
      entryPoints: [options.main],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
      conditions: ["workerd", "worker", "browser"],
      external: ["cloudflare:*", "node:*"],
      loader: { ".sql": "text", ".html": "text", ".txt": "text" },
      define: { "process.env.NODE_ENV": '"production"', ...options.define },
      keepNames: false,
      // As wrangler.toml has it, but for names: a stack on this machine says which function it was.
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: options.sourceMap ? "inline" : false,
      sourcesContent: false,
      logLevel: "silent",
    });
    const code = result.outputFiles[0]?.text ?? "";
    return ok({ code, gzipBytes: gzipSync(code).length });
  } catch (error) {
    return fail({ reason: "bundle_failed", message: await describe(error) });
  }
}

async function describe(error: unknown): Promise<string> {
  const { errors } = error as { errors?: Parameters<typeof formatMessages>[0] };
  if (errors === undefined) throw error;
  const frames = await formatMessages(errors, { kind: "error", color: false });
  return `Cannot bundle the Worker: ${errors.length} error(s), wanted none\n\n${frames.join("\n").trimEnd()}`;
}
