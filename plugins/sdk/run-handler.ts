// Runs one handler in a unit test, in the test's own process: no isolate, no limits, no permissions.
import type { LogLevel } from "../../schemas/run.ts";
import { createEnv } from "./create-env.ts";
import { createKili } from "./create-kili.ts";
import { createLogger } from "./create-logger.ts";
import { fakeKili, type FakeCall, type FakeKili } from "./fake-kili.ts";
import type { HandlerEvents, HandlerResult } from "./handler-events.ts";
import type { PluginContext, Run } from "./plugin-context.ts";
import type { PluginCore } from "./plugin-core.ts";

/** What the handler finds around it; each has a default. */
export interface TestContext<Config extends object> {
  /** By default one that answers nothing but writes. */
  readonly kili?: FakeKili;
  /** `[config]` of plugin.toml; empty by default. */
  readonly config?: Config;
  /** The variables that plugin.toml declares, with their values. */
  readonly env?: Readonly<Record<string, string>>;
  /** "project-1" by default. */
  readonly projectId?: string;
  readonly run?: Partial<Run>;
}

/** What the handler did. */
export interface HandlerRun {
  /** How it ended, as the host would say it. */
  readonly outcome:
    { readonly type: "ok"; readonly result: unknown } | { readonly type: "threw"; readonly error: unknown };
  /** The writes to Kili that it made, in order. */
  readonly writes: readonly FakeCall[];
  /** All calls to Kili, reads as well. */
  readonly calls: readonly FakeCall[];
  /** What it wrote with `this.logger`. */
  readonly logs: readonly { readonly level: LogLevel; readonly content: string }[];
}

/**
 * Runs one handler of a plugin and tells what it did. Never rejects for what the handler throws.
 *
 * @param Plugin The plugin's class, the default export of its main file.
 * @param method The handler's name.
 * @param event What the handler is given.
 * @param context What it finds around it.
 * @example
 * ```ts
 * const { writes, outcome } = await runHandler(PluginHandler, "onSubmit", { label, assetId: "asset-1" });
 * expect(outcome.type).toBe("ok");
 * expect(writes.map(({ operation }) => operation)).toEqual(["createIssues"]);
 * ```
 */
export async function runHandler<Config extends object, Method extends keyof HandlerEvents>(
  Plugin: new (context: PluginContext<Config>) => PluginCore<Config>,
  method: Method,
  event: HandlerEvents[Method],
  context: TestContext<Config> = {},
): Promise<HandlerRun> {
  const { config = {} as Config, env = {}, kili = fakeKili(), projectId = "project-1", run } = context;
  const logs: { level: LogLevel; content: string }[] = [];
  const before = kili.calls.length;
  const given: PluginContext<Config> = {
    projectId,
    config,
    run: { id: "run-1", attempt: 1, idempotencyKey: "delivery-1", ...run },
    logger: createLogger((level, content) => logs.push({ level, content })),
    kili: createKili(kili.send, projectId),
    env: createEnv(Object.keys(env), env, () => {}),
  };
  const outcome = await end(async () => {
    const plugin = new Plugin(given);
    const handler = plugin[method] as (argument: HandlerEvents[Method]) => HandlerResult;
    return handler.call(plugin, event);
  });
  const calls = kili.calls.slice(before);
  return { outcome, calls, logs, writes: calls.filter(({ kind }) => kind === "write") };
}

async function end(work: () => Promise<unknown>): Promise<HandlerRun["outcome"]> {
  try {
    return { type: "ok", result: await work() };
  } catch (error) {
    return { type: "threw", error };
  }
}
