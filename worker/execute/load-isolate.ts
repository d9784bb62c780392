// Loads a plugin version's code into an isolate of its own: no network, an empty environment, no Node modules.
import { GUEST_HASH, GUEST_MODULES } from "../../dist/guest-modules.ts";
import type { GuestProps } from "../../schemas/guest.ts";

/** Newest date whose semantics plugins may count on; raising it changes what guests see. */
const GUEST_COMPATIBILITY_DATE = "2026-11-01";

// Of Node only AsyncLocalStorage, which metering needs: with the rest, a plugin could step out of its run. And code
// that is made while a module loads would be code that nobody metered.
const GUEST_COMPATIBILITY_FLAGS = [
  "nodejs_als",
  "no_nodejs_compat",
  "no_nodejs_compat_v2",
  "disallow_eval_during_startup",
];

// A name without an ending, such as the SDK's, needs its type said.
const OUR_MODULES = Object.fromEntries(Object.entries(GUEST_MODULES).map(([name, js]) => [name, { js }]));

export interface IsolateKey {
  readonly hash: string;
  /** Raised to leave an isolate behind: a failed load sticks to its name, and a spent run may still haunt it. */
  readonly generation: number;
}

/** The isolate's name: the same host code, plugin code and generation share one. */
export function isolateName(key: IsolateKey): string {
  return `${GUEST_HASH.slice(0, 16)}.${key.hash}.${key.generation}`;
}

/**
 * The fetcher of an isolate's harness. Nothing is loaded before its first `fetch`; `readCode` is asked only then,
 * and only if the isolate is not there yet.
 */
export function loadIsolate(
  loader: WorkerLoader,
  key: IsolateKey,
  readCode: () => Promise<string>,
  run: { readonly props: GuestProps; readonly limits: { cpuMs: number; subRequests: number } } | null,
): Fetcher {
  const worker = loader.get(isolateName(key), async () => ({
    compatibilityDate: GUEST_COMPATIBILITY_DATE,
    compatibilityFlags: GUEST_COMPATIBILITY_FLAGS,
    mainModule: "harness.js",
    modules: { ...OUR_MODULES, "plugin.js": { js: await readCode() } },
    env: {},
    globalOutbound: null,
  }));
  return worker.getEntrypoint("Harness", run === null ? {} : run);
}
