// Runs a Python plugin the way the host does, with nothing around it.
import { env } from "cloudflare:workers";
import type { Manifest } from "../../schemas/manifest.ts";
import type { RunReport } from "../../schemas/run.ts";
import { runPlugin, type RunDeps, type RunRequest } from "../../worker/execute/run-plugin.ts";
import { webhookBody } from "../test-host.ts";

export interface Setup {
  /** main.py, or several files. */
  readonly files: string | Readonly<Record<string, string>>;
  readonly packages?: Readonly<Record<string, string>>;
  /** Compiled code of its packages, in Base64. */
  readonly libraries?: Readonly<Record<string, string>>;
  readonly manifest?: Partial<Manifest>;
  readonly eventType?: string;
  readonly payload?: Record<string, unknown>;
  readonly deps?: Partial<RunDeps>;
}

/** The host's defaults, with less time: a test should not wait for them. */
const LIMITS = { cpu_ms: 1_000, timeout_ms: 20_000, subrequests: 50, log_lines: 100 };
export const MANIFEST = {
  ...{ manifest_version: 1, name: "py", version: "1.0.0", description: "", main: "main.py", events: ["onSubmit"] },
  ...{ projects: [], permissions: { kili: [], net: [], env: [] }, limits: LIMITS, isolation: "plugin" },
  ...{ retry: { max_attempts: 1 }, config: {} },
} as const;

let hashes = 0;

/** Runs of one plugin, which share its isolate. */
export function pythonPlugin({
  files,
  packages = {},
  libraries = {},
  manifest,
  ...setup
}: Setup): (again?: Partial<Setup>) => Promise<RunReport> {
  hashes += 1;
  const code = JSON.stringify({
    main: "main.py",
    events: ["onSubmit"],
    files: typeof files === "string" ? { "main.py": files } : files,
    packages,
    libraries,
  });
  const plugin: RunRequest["plugin"] = {
    ...{ name: "py", pluginId: "p", versionId: "v", kind: "code", version: "1.0.0", handlers: [] },
    ...{ hash: `python-test-${hashes}`, manifest: { ...MANIFEST, ...manifest } as unknown as Manifest },
  };
  return (again) => {
    const { eventType = "onSubmit", payload = {}, deps } = { ...setup, ...again };
    return runPlugin(
      {
        ...{ runId: "run_1", attempt: 1, deliveryId: "dl_1", plugin, projectId: "p", eventType },
        ...{ body: JSON.stringify(webhookBody("p", { eventType, payload })), generation: 0, place: 0 },
      },
      {
        ...{ loader: env.LOADER, assets: env.ASSETS, doors: { kili: null, net: null } },
        ...{ ledger: { calls: [], refusals: [], overLimit: false }, readCode: async () => code },
        ...{ readSourceMap: async () => null, variable: () => null, now: () => Date.now(), ...deps },
      },
    );
  };
}

/** One run of a plugin. */
export function runPython(setup: Setup): Promise<RunReport> {
  return pythonPlugin(setup)();
}

/** The lines of a report, as `level: content`. */
export function linesOf({ logs }: RunReport): string[] {
  return logs.map(({ level, content }) => `${level}: ${content}`);
}
