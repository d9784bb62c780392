// How a plugin stands on a project, from the API to its runs.
import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { askHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";
import { useInlinePlugin } from "./inline-plugin.ts";

async function send(projectId: string): Promise<string> {
  const answer = await postWebhook(webhookBody(projectId));
  return (await answer.json<{ id: string }>()).id;
}

const setMode = (pluginName: string, projectId: string, mode: string): Promise<unknown> =>
  askHost(`mutation ($where: PluginOnProjectWhere!) { said: setActivationMode(where: $where, mode: ${mode}) }`, {
    where: { pluginName, projectId },
  });

async function modesOf(projectId: string): Promise<unknown> {
  const answer = (await askHost(`{ runs(where: { projectId: "${projectId}" }) { mode attempt } }`)) as {
    data: { runs: { mode: string; attempt: number }[] };
  };
  return answer.data.runs.map(({ attempt, mode }) => `${mode} ${attempt}`);
}

describe("a plugin's mode on a project", () => {
  test("holds from the next event on, survives the process, and is recorded with each run", async () => {
    await useInlinePlugin({ name: "modes", projects: ["modes"], source: "onSubmit() {}" });
    await waitForRuns(await send("modes"), 1);
    expect(await setMode("modes", "modes", "shadow")).toEqual({
      data: { said: "Plugin with name modes successfully put in shadow" },
    });
    await waitForRuns(await send("modes"), 1);
    await evictDurableObject(env.INBOX.getByName("modes"));
    await waitForRuns(await send("modes"), 1);
    expect(await askHost(`{ plugin(name: "modes") { activations { projectId active mode } projectIds } }`)).toEqual({
      data: { plugin: { activations: [{ projectId: "modes", active: true, mode: "shadow" }], projectIds: ["modes"] } },
    });
    // Kili's own word for it is live.
    await askHost(`mutation { activatePluginOnProject(where: { pluginName: "modes", projectId: "modes" }) }`);
    await waitForRuns(await send("modes"), 1);
    expect(await modesOf("modes")).toEqual(["live 1", "shadow 1", "shadow 1", "live 1"]);
    await setMode("modes", "modes", "off");
    expect(await (await postWebhook(webhookBody("modes"))).json()).toMatchObject({ deliveries: 0 });
    expect(await askHost(`{ audit(pluginName: "modes", first: 3) { action } }`)).toEqual({
      data: { audit: [{ action: "deactivated" }, { action: "activated" }, { action: "shadowed" }] },
    });
  });

  test("is that of the delivery for all of its attempts", async () => {
    const source = "onSubmit() { if (this.run.attempt < 2) throw new Error('once more'); }";
    const manifest = { mode: "shadow", retry: { max_attempts: 2 } } as const;
    await useInlinePlugin({ name: "keeps", projects: ["keeps"], source, manifest });
    const eventId = await send("keeps");
    await setMode("keeps", "keeps", "live");
    await waitForRuns(eventId, 2);
    expect(await modesOf("keeps")).toEqual(["shadow 2", "shadow 1"]);
  });

  test("is the operator's: a new version of a plugin that starts in shadow leaves it", async () => {
    const manifest = { mode: "shadow" } as const;
    await useInlinePlugin({ name: "stays", projects: ["stays"], source: "onSubmit() {}", manifest });
    await setMode("stays", "stays", "live");
    await useInlinePlugin({ name: "stays", projects: ["stays"], source: "onSubmit() { return 2; }", manifest });
    await waitForRuns(await send("stays"), 1);
    expect(await modesOf("stays")).toEqual(["live 1"]);
  });
});
