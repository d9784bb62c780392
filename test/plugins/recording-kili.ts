// A plugin with the real client on a door that records instead of sending. Answers come from the test.
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import { createEnv } from "../../plugins/sdk/create-env.ts";
import { createKili } from "../../plugins/sdk/create-kili.ts";
import { createLogger } from "../../plugins/sdk/create-logger.ts";
import type { PluginContext } from "../../plugins/sdk/plugin-context.ts";

/** One call that reached the door: the operation's root field and its variables. */
export interface RecordedCall {
  readonly operation: string;
  readonly document: string;
  readonly variables: Record<string, unknown>;
}

/** Answers by root field; a write without one gets an id per item. */
export type Answers = Readonly<Record<string, unknown>>;

/** A context for `new PluginHandler(…)`, and what the plugin did with it. */
export function recordingContext<Config extends object>(config: Config, answers: Answers = {}) {
  const calls: RecordedCall[] = [];
  const lines: string[] = [];
  const send = async (document: string, variables: Record<string, unknown>): Promise<KiliDoorAnswer> => {
    const operation = /^  data: (\w+)/m.exec(document)?.[1] ?? "";
    calls.push({ operation, document, variables: structuredClone(variables) });
    const answer = operation in answers ? answers[operation] : answerWrite(variables);
    if (answer instanceof Error) return { error: { name: answer.name, message: answer.message } };
    return { data: { data: answer } };
  };
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

function answerWrite(variables: Record<string, unknown>): unknown {
  const { issues, data, where } = variables as { issues?: unknown[]; data?: unknown; where?: unknown };
  const count = issues?.length ?? (Array.isArray(data) ? data.length : Array.isArray(where) ? where.length : 1);
  return Array.from({ length: count }, (_, index) => ({ id: `new-${index + 1}` }));
}
