// Trying a version that is not registered over a project's stored events, over HTTP.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { TrialAnswerSchema, type TrialAnswer, type TrialOrder } from "../../schemas/trial.ts";
import * as v from "valibot";
import { inlineArtifact, useInlinePlugin, type InlinePlugin } from "../dispatch/inline-plugin.ts";
import { ADMIN_API_KEY, askHost, fetchHost, postWebhook, waitForRuns, webhookBody } from "../test-host.ts";

const PERMISSIONS = { permissions: { kili: ["issues:write", "labels:read"], kili_projects: [], net: [], env: [] } };
const OPENS = (text: string) =>
  `async onSubmit({ label }) { await this.kili.createIssues({ labelIds: [label.id], assetIds: ["asset-1"], texts: [${text}] }); }`;

function post(body: unknown, key = ADMIN_API_KEY): Promise<Response> {
  const headers = { "x-api-key": key, "content-type": "application/json" };
  return fetchHost("/api/trials", { method: "POST", headers, body: JSON.stringify(body) });
}

async function send(projectId: string, labelId: string): Promise<string> {
  const answer = await postWebhook(webhookBody(projectId, { payload: { label: { id: labelId, jsonResponse: {} } } }));
  const { id } = await answer.json<{ id: string }>();
  await waitForRuns(id, 1);
  return id;
}

async function order(plugin: InlinePlugin, more: Partial<TrialOrder>): Promise<TrialOrder> {
  const artifact = await inlineArtifact(plugin);
  return { projectId: plugin.projects[0] ?? "", artifact, eventIds: [], reads: "kili", recording: {}, ...more };
}

async function tryPlugin(plugin: InlinePlugin, more: Partial<TrialOrder>): Promise<TrialAnswer> {
  const answer = await post(await order(plugin, more));
  expect(answer.status).toBe(200);
  return v.parse(TrialAnswerSchema, await answer.json());
}

describe("POST /api/trials", () => {
  it("runs a version over stored events beside what the live one did, and registers and writes nothing", async () => {
    const live = { name: "tried", projects: ["trials"], manifest: PERMISSIONS, source: OPENS("'old'") };
    await useInlinePlugin(live);
    const ids = [await send("trials", "label-1"), await send("trials", "label-2")];
    const source = `async onSubmit({ label }) {
      if (label.id === "label-2") throw new Error("not this one");
      await this.kili.createIssues({ labelIds: [label.id], assetIds: ["asset-1"], texts: ["new"] });
    }`;

    const before = await countHistory();
    const { events } = await tryPlugin({ ...live, source }, { eventIds: [...ids, "ev_unknown"] });

    expect(events.map(({ eventId, status }) => [eventId, status])).toEqual([
      [ids[0], "ran"],
      [ids[1], "ran"],
      ["ev_unknown", "gone"],
    ]);
    const [first, second] = events;
    expect(first?.live).toMatchObject({ outcome: "ok", writes: [{ target: "createIssues" }] });
    expect(first?.live?.writes[0]?.variables).toContain('"old"');
    expect(first?.trial).toMatchObject({ outcome: "ok", writes: [{ target: "createIssues" }] });
    expect(first?.trial?.writes[0]?.variables).toContain('"new"');
    expect(second?.trial).toMatchObject({ outcome: "threw", message: "not this one", writes: [] });
    expect(await countHistory()).toEqual(before);
    expect(await askHost(`{ plugin(name: "tried") { versions { id } } }`)).toMatchObject({
      data: { plugin: { versions: [{}] } },
    });
  });

  it("takes no code for other code by its hash: what a trial claims to be never runs for events", async () => {
    const live = { name: "claimed", projects: ["claims"], manifest: PERMISSIONS, source: OPENS("'true'") };
    const { hash } = await useInlinePlugin(live);
    const eventId = await send("claims", "label-1");
    const trial = await order({ ...live, source: OPENS("'forged'") }, { eventIds: [eventId] });
    await post({ ...trial, artifact: { ...trial.artifact, hash } });
    const again = await send("claims", "label-2");
    const row = await env.DB.prepare("SELECT calls FROM runs WHERE event_id = ?")
      .bind(again)
      .first<{ calls: string }>();
    expect(row?.calls).toContain("true");
    expect(row?.calls).not.toContain("forged");
  });

  it("leaves events alone that the version does not ask for, and those of other projects", async () => {
    const live = { name: "elsewhere", projects: ["here", "there"], source: "onSubmit() {}" };
    await useInlinePlugin(live);
    const [here, there] = [await send("here", "l"), await send("there", "l")];
    const other = await tryPlugin(live, { eventIds: [there, here] });
    expect(other.events.map(({ status }) => status)).toEqual(["gone", "ran"]);
    const manifest = { events: ["onReview"] };
    const { events } = await tryPlugin({ ...live, manifest }, { eventIds: [here] });
    expect(events).toMatchObject([{ status: "not_asked", trial: null, live: { outcome: "ok" } }]);
  });

  it("answers reads from a recording, and says what is not in it", async () => {
    const source = `async onSubmit({ label }) { this.logger.info(await this.kili.labels({ assetId: "a" })); }`;
    const live = { name: "reader", projects: ["reads"], manifest: PERMISSIONS, source };
    await useInlinePlugin(live);
    const eventId = await send("reads", "label-1");
    const { events } = await tryPlugin(live, { eventIds: [eventId], reads: "recording" });
    expect(events[0]?.trial?.outcome).toBe("threw");
    expect(events[0]?.trial?.message).toMatch(/no answer to it is kept/);
  });

  it("is a mutation too: the same trial, roles and bounds, of what fits into an operation", async () => {
    const live = { name: "asked", projects: ["mutations"], manifest: PERMISSIONS, source: OPENS("'old'") };
    await useInlinePlugin(live);
    const eventId = await send("mutations", "label-1");
    const { artifact, projectId } = await order({ ...live, source: OPENS("'new'") }, {});
    const before = await countHistory();
    const mutation = `mutation ($data: TryPluginInput!) { tryPlugin(data: $data) { events {
      eventId status live { outcome writes { target } } trial { outcome message writes { target variables } }
    } } }`;
    const data = { projectId, artifact: JSON.stringify(artifact), eventIds: [eventId, "ev_unknown"] };
    const write = { target: "createIssues" };
    expect(await askHost(mutation, { data })).toEqual({
      data: {
        tryPlugin: {
          events: [
            {
              ...{ eventId, status: "ran", live: { outcome: "ok", writes: [write] } },
              trial: {
                ...{ outcome: "ok", message: null },
                writes: [{ ...write, variables: expect.stringContaining('"new"') as string }],
              },
            },
            { eventId: "ev_unknown", status: "gone", live: null, trial: null },
          ],
        },
      },
    });
    expect(await countHistory()).toEqual(before);

    const refusalOf = async (wrong: object, key = ADMIN_API_KEY): Promise<unknown> => {
      const answer = await askHost(mutation, { data: { ...data, ...wrong } }, key);
      return (answer as { errors: { message: string; extensions: { code: string } }[] }).errors.map(
        ({ message, extensions }) => `${extensions.code} ${message}`,
      );
    };
    expect(await refusalOf({ artifact: "no JSON" })).toEqual([
      expect.stringMatching(/^BAD_USER_INPUT Cannot try the plugin: artifact: /),
    ]);
    expect(await refusalOf({ eventIds: Array.from({ length: 101 }, (_, index) => `ev_${index}`) })).toEqual([
      "BAD_USER_INPUT Cannot try the plugin: 101 events, wanted at most 100",
    ]);
    expect(await refusalOf({}, await makeViewer("mutation-viewer"))).toEqual([expect.stringMatching(/^FORBIDDEN /)]);
  });

  it("is for operators, and bounded", async () => {
    const trial = await order(
      { name: "refused", projects: ["refusals"], source: "onSubmit() {}" },
      { eventIds: ["x"] },
    );
    expect((await post(trial, "no such key")).status).toBe(401);
    expect((await post(trial, await makeViewer("trial-viewer"))).status).toBe(403);
    expect((await post({ ...trial, eventIds: Array.from({ length: 101 }, (_, index) => `ev_${index}`) })).status).toBe(
      422,
    );
    expect((await post({ ...trial, artifact: {} })).status).toBe(422);
    expect((await post(null)).status).toBe(422);
  });
});

async function makeViewer(name: string): Promise<string> {
  const made = await askHost(`mutation { createApiKey(data: { name: "${name}", role: viewer }) { key } }`);
  return (made as { data: { createApiKey: { key: string } } }).data.createApiKey.key;
}

async function countHistory(): Promise<unknown> {
  const query = "SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM versions) AS versions";
  return env.DB.prepare(query).first();
}
