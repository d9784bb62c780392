// Loads a plugin version's code into an isolate of its own: no network, an empty environment, no Node modules.
import { GUEST_HASH, GUEST_MODULES } from "../../dist/guest-modules.ts";
import { PYTHON_HASH } from "../../dist/python-runtime.ts";
import type { GuestGroupProps, GuestProps, ProbeProps } from "../../schemas/guest.ts";
import { isPython } from "../../schemas/is-python.ts";
import type { Manifest } from "../../schemas/manifest.ts";
import { MAX_PYTHON_HEAP_BYTES } from "../limits.ts";
import { pythonModules } from "./python-modules.ts";
import { pythonPluginModules } from "./python-plugin-modules.ts";

/** Newest date whose semantics plugins may count on; raising it changes what guests see. */
const GUEST_COMPATIBILITY_DATE = "2026-11-01";

// Of Node only AsyncLocalStorage, which metering needs: with the rest, a plugin could step out of its run. And code
// that is made while a module loads would be code that nobody metered. Nor may anything in an isolate call its own
// harness again, with props, and so with limits, of its choice.
const GUEST_COMPATIBILITY_FLAGS = [
  "nodejs_als",
  "no_nodejs_compat",
  "no_nodejs_compat_v2",
  "disallow_eval_during_startup",
  "disable_ctx_exports",
  "disallow_importable_env",
];

// A name without an ending, such as the SDK's, needs its type said.
const OUR_MODULES = Object.fromEntries(Object.entries(GUEST_MODULES).map(([name, js]) => [name, { js }]));

export interface IsolateKey {
  readonly hash: string;
  /** The manifest's word on whose runs may meet in it. */
  readonly isolation: Manifest["isolation"];
  /** The plugin's main file, which says what language it is in. */
  readonly main: string;
  readonly projectId: string;
  /** Raised to leave an isolate behind: a failed load sticks to its name, and a spent run may still haunt it. */
  readonly generation: number;
  /** Which of several isolates for the same; those of scripts are shared and have but one. */
  readonly place: number;
}

/**
 * The isolate's name: runs with the same one share globals. Null for an isolate that nobody else gets: it is collected
 * once its run is over, whereas one with a name of its own would stay for as long as the process does (measured).
 */
export function isolateName({ hash, isolation, main, projectId, generation, place }: IsolateKey): string | null {
  if (isolation === "run") return null;
  const inPython = isPython({ main });
  const ours = (inPython ? PYTHON_HASH : GUEST_HASH).slice(0, 16);
  const name = `${ours}.${hash}.${generation}${inPython ? `.${place}` : ""}`;
  // Last, since a project's id is the sender's word and may hold anything.
  return isolation === "project" ? `${name}.${projectId}` : name;
}

export interface IsolateSources {
  /** The plugin version's code. */
  readonly readCode: () => Promise<string>;
  /** Where the files of other languages' runtimes are. */
  readonly assets: Pick<Fetcher, "fetch">;
}

/**
 * The fetcher of an isolate's harness. Nothing is loaded before its first `fetch`; `sources` are asked only then,
 * and only if the isolate is not there yet.
 */
export function loadIsolate(
  loader: Pick<WorkerLoader, "get">,
  key: IsolateKey,
  { readCode, assets }: IsolateSources,
  run:
    | { readonly props: GuestProps | GuestGroupProps; readonly limits: { cpuMs: number; subRequests: number } }
    | { readonly props: ProbeProps },
): Fetcher {
  const worker = loader.get(isolateName(key), async () => ({
    compatibilityDate: GUEST_COMPATIBILITY_DATE,
    compatibilityFlags: GUEST_COMPATIBILITY_FLAGS,
    mainModule: "harness.js",
    modules: isPython(key)
      ? {
          ...(await pythonModules(assets)),
          "heap.json": { json: MAX_PYTHON_HEAP_BYTES },
          ...pythonPluginModules(await readCode()),
        }
      : { ...OUR_MODULES, "plugin.js": { js: await readCode() } },
    env: {},
    globalOutbound: null,
  }));
  return worker.getEntrypoint("Harness", run);
}
