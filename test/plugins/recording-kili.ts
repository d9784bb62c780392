// A plugin's context on a Kili that records: for tests that make the plugin themselves. `runHandler` is for all others.
import { createEnv } from "../../plugins/sdk/create-env.ts";
import { createKili } from "../../plugins/sdk/create-kili.ts";
import { createLogger } from "../../plugins/sdk/create-logger.ts";
import { fakeKili, type FakeAnswers, type FakeCall } from "../../plugins/sdk/fake-kili.ts";
import type { PluginContext } from "../../plugins/sdk/plugin-context.ts";

/** One call that reached the door: the operation's root field and its variables. */
export type RecordedCall = FakeCall;

/** Answers by root field; a write without one gets an id per item. */
export type Answers = FakeAnswers;

/** A context for `new PluginHandler(…)`, and what the plugin did with it. */
export function recordingContext<Config extends object>(config: Config, answers: Answers = {}) {
  const { calls, send } = fakeKili(answers);
  const lines: string[] = [];
  const context: PluginContext<Config> = {
    projectId: "demo",
    config,
    run: { id: "run-1", attempt: 1, idempotencyKey: "delivery-1" },
    logger: createLogger((level, content) => lines.push(`${level}: ${content}`)),
    kili: createKili(send, "demo"),
    env: createEnv([], {}, () => {}),
  };
  return { context, calls, lines };
}
