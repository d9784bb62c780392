// A Worker of the tests' own in real workerd, with what doors stand on: the loader, the inbox and Kili's budget.
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

/** Starts the Worker in `file`, which exports the classes `Inbox` and `KiliBudget`. */
export async function openDoorWorker(file: string, bindings: Readonly<Record<string, string>>): Promise<Miniflare> {
  const bundle = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    external: ["cloudflare:workers"],
  });
  const host = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: bundle.outputFiles[0]?.text ?? "",
      compatibilityDate: "2026-11-01",
      workerLoaders: { LOADER: {} },
      durableObjects: { INBOX: "Inbox", KILI_BUDGET: "KiliBudget" },
      bindings: { ...bindings },
    }),
  );
  await host.ready;
  return host;
}
