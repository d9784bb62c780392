// Events as they come into the journal, where much is dead as it arrives.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { IncomingEvent } from "../../schemas/inbox.ts";
import { Causes } from "../../worker/dispatch/causes.ts";
import { Intake } from "../../worker/dispatch/intake.ts";
import { Memory } from "../../worker/dispatch/memory.ts";
import { Outbox } from "../../worker/dispatch/outbox.ts";
import { PluginSet } from "../../worker/dispatch/plugin-set.ts";
import { MAX_COMMIT_EVENTS, MAX_ROW_BYTES } from "../../worker/limits.ts";
import { openDispatcher, plugin } from "./open-dispatcher.ts";

test("a burst of events for many plugins that are full is taken, in rows that the platform and the history take", async () => {
  const project = "p".repeat(200);
  await runInDurableObject(env.INBOX.getByName("intake-dead"), async (_, { storage }) => {
    const active = Array.from({ length: 20 }, (__, index) => plugin(`plugin-${index}`));
    const { journal, pauses } = await openDispatcher(storage, { active, run: () => new Promise(() => {}) });
    const memory = new Memory(storage);
    const plugins = new PluginSet(memory, async () => active);
    await plugins.ready();
    const intake = new Intake({
      ...{ journal, memory, plugins, pauses, outbox: new Outbox(storage), causes: new Causes(storage, Date.now()) },
      ...{ storage, backlog: { isCrowded: () => true }, onDead: () => {}, expect: () => {} },
      ...{ projectId: () => project, keepsPayloads: () => true },
    });
    const event: IncomingEvent = {
      ...{ projectId: project, type: "onSubmit", kiliRunId: null, assetId: null, labelId: null },
      ...{ body: "{}", bodyBytes: 2, onlyPlugin: null, receivedAt: Date.now() },
    };
    const answers = intake.append(Array.from({ length: MAX_COMMIT_EVENTS }, () => event));
    expect(answers.every(({ type }) => type === "accepted")).toBe(true);
    const { rows, most } = storage.sql
      .exec<{ rows: number; most: number }>(
        "SELECT SUM(json_array_length(rows, '$.deliveries')) AS rows, MAX(LENGTH(rows)) AS most FROM finished",
      )
      .one();
    expect(rows).toBe(MAX_COMMIT_EVENTS * active.length);
    expect(most).toBeLessThan(MAX_ROW_BYTES);
  });
});
