// What one run hands to a plugin's constructor. Types only: the host's harness builds it.
import type { PluginEnv } from "./create-env.ts";
import type { Logger } from "./create-logger.ts";
import type { Kili } from "./kili.ts";

/** The run a handler is called in. */
export interface Run {
  /** Names this attempt, in logs and on the dashboard. */
  readonly id: string;
  /** Counts from 1. More than 1 means that an earlier attempt failed, perhaps half-way. */
  readonly attempt: number;
  /** The same for every attempt at one event: a key for making writes to other systems happen once. */
  readonly idempotencyKey: string;
}

/**
 * Everything a plugin is given. A plugin with a constructor of its own takes one and passes it on:
 *
 * ```ts
 * constructor(context: PluginContext) {
 *   super(context);
 * }
 * ```
 */
export interface PluginContext<Config extends object = Record<string, unknown>> {
  readonly projectId: string;
  /** `[config]` of plugin.toml, as it stands: the type is the author's word, nothing checks it. */
  readonly config: Readonly<Config>;
  readonly run: Run;
  readonly logger: Logger;
  readonly kili: Kili;
  readonly env: PluginEnv;
}
