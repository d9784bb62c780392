// The inbox's alarm waits for nothing that it starts: the next alarm does not come before it is over, nor do retries.
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { Alerts } from "../../worker/dispatch/alerts.ts";
import { Dispatcher } from "../../worker/dispatch/dispatcher.ts";
import { Flusher } from "../../worker/dispatch/flusher.ts";
import { INBOX_WAKE_MS } from "../../worker/limits.ts";
import { postWebhook, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";

const never = (): Promise<never> => new Promise(() => {});

afterEach(() => vi.restoreAllMocks());

async function expectAlarmEnds(project: string): Promise<void> {
  const inbox = env.INBOX.getByName(project);
  await runInDurableObject(inbox, (_, { storage }) => storage.setAlarm(Date.now() + 60_000));
  let isOver = false;
  void runDurableObjectAlarm(inbox).then(() => (isOver = true));
  await vi.waitFor(() => expect(isOver).toBe(true), { timeout: 3_000 });
}

test("a database and a receiver of alerts that never answer keep no retry from its time", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.01);
  const source = "onSubmit() { throw new Error('no'); }";
  await useInlinePlugin({ name: "due", projects: ["due"], source, manifest: { retry: { max_attempts: 4 } } });
  const flushes = vi.spyOn(Flusher.prototype, "flush").mockImplementation(never);
  const sends = vi.spyOn(Alerts.prototype, "sendDue").mockImplementation(never);
  expect((await postWebhook(webhookBody("due"))).status).toBe(202);
  await vi.waitFor(
    async () => {
      const delivery = await runInDurableObject(env.INBOX.getByName("due"), (_, { storage }) =>
        storage.sql.exec("SELECT state, attempt FROM delivery").one(),
      );
      expect(delivery).toEqual({ state: 2, attempt: 4 });
    },
    { timeout: 8_000, interval: 20 },
  );
  await expectAlarmEnds("due");
  expect(flushes).toHaveBeenCalled();
  expect(sends).toHaveBeenCalled();
});

test("starting what is due may take as long as it likes", async () => {
  await useInlinePlugin({ name: "starts", projects: ["starts"], source: "onSubmit() {}" });
  const starts = vi.spyOn(Dispatcher.prototype, "start").mockImplementation(never);
  expect((await postWebhook(webhookBody("starts"))).status).toBe(202);
  await expectAlarmEnds("starts");
  expect(starts).toHaveBeenCalled();
});

test("what is set aside and due, while the database is left alone, does not wake the inbox over and over", async () => {
  await useInlinePlugin({ name: "aside", projects: ["aside"], source: "onSubmit() {}" });
  const inbox = env.INBOX.getByName("aside");
  vi.spyOn(Flusher.prototype, "flush").mockImplementation(never);
  expect((await postWebhook(webhookBody("aside"))).status).toBe(202);
  await runInDurableObject(inbox, (_, { storage }) => {
    storage.sql.exec("INSERT INTO set_aside VALUES (1, '{}', 'too big', 1)");
  });
  await expectAlarmEnds("aside");
  const next = await runInDurableObject(inbox, (_, { storage }) => storage.getAlarm());
  expect((next ?? 0) - Date.now()).toBeGreaterThan(INBOX_WAKE_MS / 2);
});
