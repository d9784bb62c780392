// `send` against a host that is played here: what is posted, how the event is followed, what is said.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { followEvent, type FollowedDelivery, type FollowedRun } from "../../cli/api/follow-event.ts";
import { postDelivery } from "../../cli/api/post-delivery.ts";
import { readDelivery } from "../../cli/api/read-delivery.ts";
import { runSend } from "../../cli/commands/run-send.ts";
import { renderPayloadWarning } from "../../cli/render/render-payload-warning.ts";
import { renderRun } from "../../cli/render/render-run.ts";

const SAMPLES = join(import.meta.dirname, "..", "..", "cli", "samples");

describe("readDelivery", () => {
  it("gives a sample a run id of its own", async () => {
    const body = await readDelivery(SAMPLES, { event: "onSubmit", runId: "r1" });
    expect(body).toMatchObject({
      ok: true,
      value: { eventType: "onSubmit", logPayload: { runId: "r1", projectId: "demo" } },
    });
  });

  it("sends from another project in either of Kili's shapes", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "kili-edge-send-")), "event.json");
    await writeFile(file, JSON.stringify({ event: "asset.skipped", projectId: "p1", payload: { a: 1 } }));
    expect(await readDelivery(SAMPLES, { event: file, project: "p2", runId: "r2" })).toEqual({
      ok: true,
      value: {
        event: "asset.skipped",
        projectId: "p2",
        payload: { a: 1 },
        logPayload: { runId: "r2", projectId: "p2" },
      },
    });
  });

  it("names the samples when there is none of that name", async () => {
    const body = await readDelivery(SAMPLES, { event: "onSubmti", runId: "r" });
    expect(body.ok ? "" : body.failure.message).toMatch(
      /^Cannot send "onSubmti": .*, wanted one of .*onSubmit.*json file$/,
    );
  });

  it.each([
    ["no file", null],
    ["a file that is not JSON", "{"],
    ["a list", "[]"],
  ])("refuses %s", async (_, text) => {
    const file = join(await mkdtemp(join(tmpdir(), "kili-edge-send-")), "event.json");
    if (text !== null) await writeFile(file, text);
    const body = await readDelivery(SAMPLES, { event: file, runId: "r" });
    expect(body).toMatchObject({ ok: false, failure: { reason: "sample_unusable" } });
  });
});

describe("postDelivery", () => {
  const answering = (answer: () => Response | Promise<Response>) => {
    const requests: Request[] = [];
    const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
      requests.push(new Request(input, init));
      return answer();
    };
    return { requests, webhook: { url: "http://host", secret: "s3cret", plugin: null, fetch } };
  };

  it("sends the secret as it is, and the body as JSON", async () => {
    const { requests, webhook } = answering(() => Response.json({ id: "ev_1", duplicate: false, deliveries: 2 }));
    const posted = await postDelivery({ ...webhook, plugin: "a b" }, { eventType: "onSubmit" });
    expect(posted).toEqual({ ok: true, value: { id: "ev_1", duplicate: false, deliveries: 2 } });
    expect(requests[0]?.url).toBe("http://host/webhook/a%20b");
    expect(requests[0]?.headers.get("authorization")).toBe("s3cret");
    expect(await requests[0]?.json()).toEqual({ eventType: "onSubmit" });
  });

  it("repeats the host's words, with the fields it names", async () => {
    const error = {
      code: "invalid_envelope",
      message: "wrong shape",
      issues: [{ path: "eventType", message: "missing" }],
    };
    const { webhook } = answering(() => Response.json({ error }, { status: 422 }));
    const posted = await postDelivery(webhook, {});
    expect(posted).toMatchObject({ ok: false, failure: { reason: "host_refused" } });
    expect(posted.ok ? "" : posted.failure.message).toContain(
      '422 invalid_envelope, wrong shape, wanted 202\n  {"path":"eventType"',
    );
  });

  it("says how to start a host when there is none", async () => {
    const { webhook } = answering(() => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) });
    });
    const posted = await postDelivery(webhook, {});
    expect(posted.ok ? "" : posted.failure.message).toBe(
      'Cannot send the event: ECONNREFUSED, wanted a host at http://host: start one with "npm start"',
    );
  });
});

describe("renderPayloadWarning", () => {
  it("says nothing of what a handler can be called with, nor of events by name", async () => {
    for (const event of ["onSubmit", "labels.created.submit"]) {
      const body = await readDelivery(SAMPLES, { event, runId: "r" });
      expect(body.ok && renderPayloadWarning(body.value)).toBeNull();
    }
    expect(renderPayloadWarning({ event: "asset.skipped", payload: {} })).toBeNull();
    expect(renderPayloadWarning({ eventType: 7 })).toBeNull();
  });

  it("names each field that is at fault, where the file has it", () => {
    const label = { id: 1, jsonResponse: "{" };
    expect(renderPayloadWarning({ eventType: "onSubmit", payload: { label, asset_id: "a" } })).toBe(
      [
        "Warning: no plugin's onSubmit can be called with this event",
        "  payload.label.id: wanted text",
        "  payload.label.jsonResponse: wanted one entry per job, as an object or as JSON text",
      ].join("\n"),
    );
    expect(renderPayloadWarning({ event: "onSendBackToQueue", assetId: "" })).toBe(
      [
        "Warning: no plugin's onSendBackToQueue can be called with this event",
        '  asset_id: wanted the asset\'s id here, in "assetId" or in the label\'s "assetId"',
      ].join("\n"),
    );
  });
});

describe("runSend", () => {
  it("warns of a payload that no handler can be called with, and sends it", async () => {
    const root = await mkdtemp(join(tmpdir(), "kili-edge-send-"));
    await writeFile(join(root, ".dev.vars"), "WEBHOOK_SECRET=s3cret\nADMIN_API_KEY=k\n");
    const event = join(root, "event.json");
    await writeFile(event, JSON.stringify({ eventType: "onSubmit", payload: { label: {}, asset_id: "a" } }));
    const aside: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
    const said: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
    vi.stubGlobal("fetch", async () => Response.json({ id: "ev_1", duplicate: false, deliveries: 0 }, { status: 202 }));
    const code = await runSend({ root, event, url: "http://host", data: root, timeout: 1, json: true });
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    expect(aside.join("")).toBe(
      "Warning: no plugin's onSubmit can be called with this event\n  payload.label.id: missing, wanted it there\n",
    );
    expect(JSON.parse(said.join(""))).toMatchObject({ accepted: { id: "ev_1" } });
    expect(code).toBe(0);
  });
});

const run = (attempt: number, type = "ok"): FollowedRun => ({
  id: `run_${attempt}`,
  attempt,
  outcome: { type, message: type, stack: type === "ok" ? null : "RangeError: no\n    at main.ts:3:5" },
  wallMs: 12.3,
  cpuMs: null,
  dryRun: type === "ok",
  calls: [{ target: "createIssues", result: "dry_run", detail: "{}" }],
  writes: [{ sentence: "would open 1 issue on asset a", state: "withheld", operation: "createIssues" }],
  logs: [{ logType: "warning", content: "two\nlines" }],
});

describe("followEvent", () => {
  /** A host whose event moves one step on with each look at it. */
  function playing(steps: readonly (readonly FollowedDelivery[] | null)[], runs: Record<string, FollowedRun[]>) {
    let step = 0;
    const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
      type Operation = { query: string; variables: { id: string; skip: number } };
      const { query, variables }: Operation = JSON.parse(await new Request(input, init).text()) as Operation;
      if (query.includes("event(")) {
        const deliveries = steps[Math.min(step++, steps.length - 1)] ?? null;
        return Response.json({ data: { event: deliveries === null ? null : { deliveries } } });
      }
      return Response.json({ data: { delivery: { runs: (runs[variables.id] ?? []).slice(variables.skip) } } });
    };
    return { url: "http://host", adminKey: "k", fetch };
  }
  const delivery = (state: FollowedDelivery["state"], attempts: number): FollowedDelivery => ({
    id: "dl_1",
    pluginName: "bbox-count",
    state,
    attempts,
    nextAttemptAt: null,
  });

  it("tells of each run once, and ends when all deliveries have", async () => {
    const steps = [null, [], [delivery("pending", 1)], [delivery("pending", 1)], [delivery("done", 2)]];
    const runs = { dl_1: [run(1, "threw")] };
    const host = playing(steps, runs);
    const heard: number[] = [];
    const followed = await followEvent({
      host,
      eventId: "ev_1",
      deliveries: 1,
      timeoutMs: 10_000,
      onRun(_, { attempt }) {
        heard.push(attempt);
        if (attempt === 1) runs.dl_1.push(run(2));
      },
    });
    expect(followed).toEqual({ ok: true, value: [delivery("done", 2)] });
    expect(heard).toEqual([1, 2]);
  });

  it("gives up in time", async () => {
    const host = playing([[delivery("pending", 0)]], {});
    const followed = await followEvent({ host, eventId: "ev_1", deliveries: 2, timeoutMs: 1, onRun: () => undefined });
    expect(followed).toMatchObject({ ok: false, failure: { reason: "timed_out" } });
    expect(followed.ok ? "" : followed.failure.message).toContain("0 of 2 deliveries ended");
  });

  it("stops at an answer with errors", async () => {
    const fetch = async () => Response.json({ errors: [{ message: "Unauthenticated" }], data: null });
    const host = { url: "http://host", adminKey: "wrong", fetch };
    const followed = await followEvent({ host, eventId: "e", deliveries: 1, timeoutMs: 1, onRun: () => undefined });
    expect(followed.ok ? "" : followed.failure.message).toContain("Unauthenticated");
  });
});

describe("renderRun", () => {
  const delivery: FollowedDelivery = {
    id: "dl_1",
    pluginName: "bbox-count",
    state: "pending",
    attempts: 1,
    nextAttemptAt: "2026-11-01T10:00:01.500Z",
  };

  it("shows the outcome, the log and the writes of a dry run", () => {
    expect(stripVTControlCharacters(renderRun(delivery, run(1), null, 0))).toBe(
      [
        "✔ bbox-count  ok in 12 ms, dry run",
        "    warning two",
        "            lines",
        "    dry run would open 1 issue on asset a (createIssues)",
      ].join("\n"),
    );
  });

  it("shows the author's stack, and when the next attempt is", () => {
    const text = stripVTControlCharacters(
      renderRun(delivery, run(2, "threw"), null, Date.parse("2026-11-01T10:00:00.000Z")),
    );
    expect(text).toContain("✖ bbox-count  threw in 12 ms, attempt 2");
    expect(text).toContain("    RangeError: no\n        at main.ts:3:5");
    expect(text).toContain("tries again in 1.5 s");
  });

  it("does not say how long a run took that was lost with its process", () => {
    const text = stripVTControlCharacters(renderRun(delivery, { ...run(2, "lost"), wallMs: 0 }, null, 0));
    expect(text).toContain("✖ bbox-count  lost, attempt 2");
    expect(stripVTControlCharacters(renderRun(delivery, run(2, "lost"), null, 0))).toContain("lost in 12 ms");
  });

  it("does not repeat what the attempt before said", () => {
    const text = stripVTControlCharacters(renderRun(delivery, run(2, "threw"), run(1, "threw"), 0));
    expect(text).toContain("attempt 2");
    expect(text).not.toContain("RangeError");
  });
});
