// The try command against a host that answers from here: what is asked, what is said, and the exit code.
import { createServer, type Server } from "node:http";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { compareRuns } from "../../cli/render/compare-runs.ts";
import { runTry, type TryFlags } from "../../cli/commands/run-try.ts";
import type { TrialAnswer, TriedEvent, TriedRun, TrialOrder } from "../../schemas/trial.ts";

const root = resolve(import.meta.dirname, "../..");
const HASH = "a".repeat(64);
const run = (writes: TriedRun["writes"] = [], outcome = "ok"): TriedRun => ({
  outcome,
  message: null,
  wallMs: 1,
  writes,
});
const write = (variables: string | null, target = "createIssues") => ({ target, variables });
const tried = (eventId: string, live: TriedRun | null, trial: TriedRun | null): TriedEvent => ({
  ...{ eventId, live, trial },
  status: trial === null ? "gone" : "ran",
});

describe("compareRuns", () => {
  it.each([
    ["same", run([write("1")]), run([write("1")])],
    ["same", run([write(null), write("2")]), run([write("2"), write("1")])],
    ["changed", run([write("1")]), run([write("2")])],
    ["changed", run([]), run([write("1")])],
    ["changed", run([write(null, "skipAsset")]), run([write("1")])],
    ["changed", run([write("1"), write("1")]), run([write("1")])],
    ["new_failure", run(), run([], "threw")],
    ["new_failure", null, run([], "threw")],
    ["still_failing", run([], "threw"), run([], "timeout")],
    ["fixed", run([], "threw"), run()],
    ["no_live_run", null, run()],
    ["gone", run(), null],
  ])("%s", (verdict, live, trial) => {
    expect(compareRuns(tried("ev", live, trial)).verdict).toBe(verdict);
  });

  it("names what is added and what is removed", () => {
    const { added, removed } = compareRuns(tried("ev", run([write("1"), write("2")]), run([write("2"), write("3")])));
    expect(added).toEqual([write("3")]);
    expect(removed).toEqual([write("1")]);
  });
});

describe("kili-edge try", () => {
  let server: Server;
  let folder: string;
  let flags: TryFlags;
  let orders: TrialOrder[];
  let answers: TrialAnswer[];
  const out: string[] = [];
  const aside: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kili-edge-try-"));
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
        if (request.url === "/graphql") return void response.end(JSON.stringify({ data: { events: EVENTS } }));
        orders.push(body as TrialOrder);
        const answer = answers.shift();
        response.statusCode = answer === undefined ? 500 : 200;
        response.end(JSON.stringify(answer ?? {}));
      });
    });
    await new Promise<void>((resolved) => server.listen(0, "127.0.0.1", resolved));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    flags = {
      ...{ root, url: `http://127.0.0.1:${port}`, data: folder, folder: join(root, "plugins/bbox-count") },
      ...{ project: "p", since: "7d", limit: 1_000 },
    };
  });

  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(() => {
    orders = [];
    answers = [];
    out.length = 0;
    aside.length = 0;
    vi.stubEnv("KILI_EDGE_API_KEY", "key");
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const NOW = Date.now();
  const EVENTS = ["ev_3", "ev_2", "ev_1", "ev_old"].map((id, age) => ({
    ...{ id, type: id === "ev_2" ? "onReview" : "onSubmit" },
    receivedAt: new Date(NOW - (id === "ev_old" ? 30 : age) * 24 * 60 * 60_000).toISOString(),
  }));

  it("sends what it built, oldest event first, asks again for what is left, and shows what differs", async () => {
    const left: TriedEvent = { eventId: "ev_3", status: "left", live: null, trial: null };
    answers = [
      { events: [tried("ev_1", run(), run([write('{"text":"new"}')])), left], recorded: {} },
      { events: [tried("ev_3", run(), run())], recorded: {} },
    ];
    expect(await runTry({ ...flags, events: "onSubmit" })).toBe(0);
    expect(orders.map(({ eventIds }) => eventIds)).toEqual([["ev_1", "ev_3"], ["ev_3"]]);
    expect(orders[0]).toMatchObject({ projectId: "p", reads: "kili", artifact: { manifest: { name: "bbox-count" } } });
    expect(out.join("")).toMatch(/ev_1 +other writes +ok, 0 writes +ok, 1 write\n.*\+ createIssues {"text":"new"}/);
    expect(out.join("")).toContain("2 events: 1 other writes, 1 the same");
  });

  it.each([
    ["a new failure", run([], "threw"), {}, 1],
    ["another write", run([write("1")]), {}, 0],
    ["another write with --fail-on-change", run([write("1")]), { failOnChange: true }, 1],
    ["nothing new with --fail-on-change", run(), { failOnChange: true }, 0],
  ])("exits by what it found: %s", async (_, trial, more, exitCode) => {
    answers = [{ events: ["ev_1", "ev_2", "ev_3"].map((id) => tried(id, run(), trial)), recorded: {} }];
    expect(await runTry({ ...flags, ...more, json: true })).toBe(exitCode);
    expect(JSON.parse(out.join(""))).toMatchObject({ events: [{ eventId: "ev_1" }, {}, {}] });
  });

  it("keeps what Kili answered, and answers from it", async () => {
    const file = join(folder, "answers.json");
    const recorded = { [HASH]: { data: [{ id: "label-1" }] } };
    const events = ["ev_1", "ev_2", "ev_3"].map((id) => tried(id, run(), run()));
    answers = [
      { events, recorded },
      { events, recorded: {} },
    ];
    expect(await runTry({ ...flags, record: file })).toBe(0);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(recorded);
    expect(await runTry({ ...flags, recording: file })).toBe(0);
    expect(orders.map(({ reads, recording }) => [reads, recording])).toEqual([
      ["record", {}],
      ["recording", recorded],
    ]);
  });

  it.each<[string, Partial<TryFlags>, RegExp]>([
    ["a time that is none", { since: "soon" }, /found --since "soon"/],
    ["both files", { record: "a", recording: "b" }, /wanted one of them/],
    ["a recording that is not there", { recording: "/nowhere/at/all.json" }, /ENOENT/],
    ["a folder that does not build", { folder: join(root, "test/pages/plugins/does-not-build") }, /does not build/],
    ["a host that fails", {}, /500/],
  ])("exits with 2 for %s", async (_, given, words) => {
    expect(await runTry({ ...flags, ...given })).toBe(2);
    expect(aside.join("")).toMatch(words);
  });
});
