// Which version a delivery runs that has waited longer than its version was kept.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { Versions } from "../../worker/dispatch/versions.ts";
import { postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";
import { plugin } from "./open-dispatcher.ts";

const OLD = { ...plugin("one"), versionId: "old" };
const NEW = { ...plugin("one"), versionId: "new" };
const DELIVERY = { pluginName: "one", versionId: "old" };

function versions(current: string | null, isKept: (versionId: string) => Promise<boolean>) {
  const plugins = {
    readings: 0,
    ready: async () => {},
    currentVersion: () => current,
    find: (versionId: string) => [OLD, NEW].find((each) => each.versionId === versionId) ?? null,
  };
  return { plugins, chooser: new Versions({ plugins, isKept }) };
}

describe("Versions", () => {
  test("the one it was matched with, which is not asked for while it is current", async () => {
    const isKept = vi.fn<(versionId: string) => Promise<boolean>>(async () => true);
    expect(await versions("old", isKept).chooser.choose(DELIVERY)).toBe(OLD);
    expect(isKept).not.toHaveBeenCalled();
    expect(await versions("new", isKept).chooser.choose(DELIVERY)).toBe(OLD);
    expect(await versions(null, isKept).chooser.choose(DELIVERY)).toBe(OLD);
  });

  test("the current one where that is no longer kept, or none", async () => {
    const gone = async (): Promise<boolean> => false;
    expect(await versions("new", gone).chooser.choose(DELIVERY)).toBe(NEW);
    expect(await versions(null, gone).chooser.choose(DELIVERY)).toBeNull();
    expect(await versions("new", gone).chooser.choose({ pluginName: "one", versionId: "never seen" })).toBe(NEW);
  });

  test("asks once, until the plugins have been read again", async () => {
    const isKept = vi.fn<(versionId: string) => Promise<boolean>>(async () => true);
    const { chooser, plugins } = versions("new", isKept);
    for (let i = 0; i < 3; i++) await chooser.choose(DELIVERY);
    expect(isKept).toHaveBeenCalledTimes(1);
    plugins.readings += 1;
    isKept.mockResolvedValue(false);
    expect(await chooser.choose(DELIVERY)).toBe(NEW);
  });

  test("takes a version for kept while nobody can say", async () => {
    expect(await versions("new", () => Promise.reject(new Error("down"))).chooser.choose(DELIVERY)).toBe(OLD);
  });

  test("the current one though no event has come since a start; unknown while the plugins cannot be read", async () => {
    let reading: Promise<void> = Promise.reject(new Error("down"));
    let current: string | null = null;
    const plugins = {
      readings: 0,
      ready: () => reading,
      currentVersion: () => current,
      find: (versionId: string) => [OLD, NEW].find((each) => each.versionId === versionId) ?? null,
    };
    const chooser = new Versions({ plugins, isKept: async () => false });
    expect(await chooser.choose(DELIVERY)).toBe("unknown");
    reading = Promise.resolve().then(() => void (current = "new"));
    expect(await chooser.choose(DELIVERY)).toBe(NEW);
  });

  test("a retry of a pruned version runs the current one, and says so", async () => {
    const source = (text: string) => `import { PluginCore, RetryLater } from "kili-edge/sdk";
      export default class PluginHandler extends PluginCore { onSubmit() { ${text} } }`;
    const waits = source('throw new RetryLater("not yet", { after: 2 });');
    await useInlinePlugin({
      name: "pruned",
      projects: ["pruned"],
      source: waits,
      manifest: { retry: { max_attempts: 3 } },
    });
    const answer = await postWebhook(webhookBody("pruned"));
    const { id } = await answer.json<{ id: string }>();
    await waitForRuns(id, 1);
    await useInlinePlugin({ name: "pruned", projects: ["pruned"], source: source("return 'new';") });
    await env.DB.prepare(
      `DELETE FROM versions WHERE id NOT IN (SELECT version_id FROM plugins WHERE version_id IS NOT NULL)
        AND plugin_id = (SELECT id FROM plugins WHERE name = 'pruned')`,
    ).run();
    await runInDurableObject(env.INBOX.getByName("pruned"), (inbox) =>
      (inbox as unknown as { registryChanged(projectId: string): Promise<void> }).registryChanged("pruned"),
    );
    const runs = await waitForRuns(id, 2);
    expect(runs.map(({ outcome }) => outcome)).toMatchObject([{ name: "RetryLater" }, { type: "ok", result: '"new"' }]);
    const { results } = await env.DB.prepare(
      `SELECT runs.version_id = plugins.version_id AS is_current FROM runs JOIN plugins ON plugins.name = 'pruned'
        WHERE runs.event_id = ?1 ORDER BY attempt`,
    )
      .bind(id)
      .all();
    expect(results).toEqual([{ is_current: 0 }, { is_current: 1 }]);
  });
});
