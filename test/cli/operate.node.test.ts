// The commands for whoever looks after a host, against one that is played by the API's own schema.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runActivation } from "../../cli/commands/run-activation.ts";
import { runErrors } from "../../cli/commands/run-errors.ts";
import { runLogs, type LogsFlags } from "../../cli/commands/run-logs.ts";
import { runStatus } from "../../cli/commands/run-status.ts";
import { playHost, type PlayedHost } from "./play-host.ts";

let host: PlayedHost;
let out: string[];
let aside: string[];

beforeEach(() => {
  [out, aside] = [[], []];
  vi.stubEnv("KILI_EDGE_API_KEY", "an-operators-key");
  vi.stubEnv("NO_COLOR", "1");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await host.stop();
});

const flagsOf = ({ url }: PlayedHost) => ({ root: "/nowhere", data: "/nowhere", url });

const CALM = {
  ...{ deadLetters: 0, pausesOpen: 0, pausesQuarantined: 0, pendingDeliveries: 0, oldestPendingAt: null },
  ...{ databaseBytes: 4096, silentProjects: [], inboxes: [] },
};

describe("status", () => {
  it("is 0 and says so where nothing wants attention", async () => {
    host = await playHost({ status: CALM, listPlugins: [{ name: "one", status: "ACTIVE", projectIds: ["p", "q"] }] });
    expect(await runStatus(flagsOf(host))).toBe(0);
    expect(out.join("")).toBe(
      "PLUGIN  STATUS  ACTIVE ON\none     ACTIVE  p, q\n\nNo project has had events lately.\n\nNothing wants attention.\n",
    );
  });

  it("is 1 and names everything that does, each with the command that shows more", async () => {
    const inbox = { projectId: "p", pendingDeliveries: 7, runsInFlight: 2, backlog: "too_many", journalBytes: 2.5e6 };
    const oldestPendingAt = new Date(Date.now() - 3_600_000).toISOString();
    const status = {
      ...{ ...CALM, deadLetters: 3, pausesOpen: 1, pausesQuarantined: 2, silentProjects: ["q"] },
      inboxes: [{ ...inbox, oldestPendingAt }],
    };
    host = await playHost({ status, listPlugins: [{ name: "one", status: "FAILED", projectIds: [] }] });
    expect(await runStatus(flagsOf(host))).toBe(1);
    expect(out.join("")).toMatch(/^one +FAILED +-$/m);
    expect(out.join("")).toMatch(/^p +7 +36\d\d s +2 +2\.5 MB$/m);
    expect(
      out
        .join("")
        .split("\n")
        .filter((line) => line.startsWith("! ")),
    ).toEqual([
      '! Plugin "one" did not build: kili-edge errors "one"',
      "! 3 dead letters: kili-edge dead",
      "! 2 plugins in quarantine: kili-edge pauses",
      "! 1 circuit breakers open: kili-edge pauses",
      '! Project "p" takes no events: too much waits in its inbox',
      '! Project "q": its inbox did not answer in time',
    ]);
  });

  it("is one JSON document for programs, and so is its failure", async () => {
    host = await playHost({ status: CALM, listPlugins: [] });
    expect(await runStatus({ ...flagsOf(host), json: true })).toBe(0);
    expect(JSON.parse(out.join(""))).toEqual({ status: CALM, listPlugins: [], attention: [] });
    out.length = 0;
    await host.stop();
    host = await playHost({});
    expect(await runStatus({ ...flagsOf(host), url: "http://127.0.0.1:1", json: true })).toBe(1);
    expect(JSON.parse(out.join(""))).toMatchObject({ error: { reason: "host_unreachable" } });
  });
});

interface Line {
  readonly content: string;
  readonly at: number;
}
interface Asked {
  readonly createdAt?: string;
  readonly limit: number;
}

/** Log lines as the host serves them: the newest of those since then, newest first. */
function logsOf(lines: readonly Line[]) {
  const asked: Asked[] = [];
  return {
    asked,
    getPluginLogs({ data }: { data: Asked }) {
      asked.push(data);
      const since = data.createdAt === undefined ? 0 : Date.parse(data.createdAt);
      return lines
        .filter(({ at }) => at >= since)
        .toSorted((one, other) => other.at - one.at)
        .slice(0, data.limit)
        .map(({ content, at }) => ({ content, createdAt: new Date(at).toISOString(), logType: "info", runId: "r" }));
    },
  };
}

describe("logs", () => {
  const read = (more: Partial<LogsFlags>, stopped = new AbortController()): Promise<number> =>
    runLogs({ ...flagsOf(host), plugin: "one", project: "p", limit: 100, ...more }, stopped.signal);
  const said = (): string[] => out.map((line) => line.trimEnd().split(" ").at(-1) ?? "");

  it("shows the newest lines, the oldest of them first", async () => {
    const at = Date.UTC(2026, 10, 1, 10);
    const lines = ["a", "b", "c"].map((content, index) => ({ content, at: at + index }));
    host = await playHost(logsOf(lines));
    expect(await read({ limit: 2 })).toBe(0);
    expect(out).toEqual(["2026-11-01 10:00:00.001 info    b\n", "2026-11-01 10:00:00.002 info    c\n"]);
  });

  it("says that there are none, beside what programs read", async () => {
    host = await playHost(logsOf([]));
    const aside = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(await read({})).toBe(0);
    expect(aside).toHaveBeenCalledWith('No log lines of "one" on project "p".\n');
    expect(await read({ json: true })).toBe(0);
    expect([aside.mock.calls.length, out]).toEqual([1, []]);
  });

  it("is a JSON object a line for programs, and so is its failure", async () => {
    host = await playHost(logsOf([{ content: "a", at: 1 }]));
    expect(await read({ json: true })).toBe(0);
    expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { content: "a", createdAt: "1970-01-01T00:00:00.001Z", logType: "info", runId: "r" },
    ]);
    out.length = 0;
    expect(await read({ json: true, since: "soon" })).toBe(1);
    expect(JSON.parse(out.join(""))).toMatchObject({ error: { reason: "time_unusable" } });
  });

  it("--follow shows what comes, once, and not what --limit and --since left out", async () => {
    const now = Date.now();
    const lines: Line[] = [
      { content: "before-since", at: now - 20_000 },
      { content: "over-limit", at: now - 3_000 },
      { content: "shown", at: now - 2_000 },
    ];
    const played = logsOf(lines);
    host = await playHost(played);
    const stopped = new AbortController();
    const done = read({ follow: true, limit: 1, since: new Date(now - 10_000).toISOString() }, stopped);
    await vi.waitFor(() => expect(said()).toEqual(["shown"]), 10_000);
    lines.push({ content: "late", at: now - 2_500 }, { content: "new", at: now + 1 });
    await vi.waitFor(() => expect(said()).toContain("new"), 10_000);
    const before = played.asked.length;
    await vi.waitFor(() => expect(played.asked.length).toBeGreaterThan(before), 10_000);
    stopped.abort();
    expect(await done).toBe(0);
    expect(said()).toEqual(["shown", "late", "new"]);
  }, 40_000);

  it("--follow waits for a host that restarts", async () => {
    const now = Date.now();
    host = await playHost(logsOf([{ content: "first", at: now }]));
    const { url } = host;
    const stopped = new AbortController();
    const done = runLogs(
      { ...flagsOf(host), url, plugin: "one", project: "p", limit: 9, follow: true },
      stopped.signal,
    );
    await vi.waitFor(() => expect(said()).toEqual(["first"]), 10_000);
    await host.stop();
    const ended = await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1_500, "still there"))]);
    expect(ended).toBe("still there");
    stopped.abort();
    expect(await done).toBe(0);
    host = await playHost({});
  }, 40_000);
});

describe("errors", () => {
  const error = { content: "main.ts:1:1: no", createdAt: "2026-11-01T10:00:00.000Z", logType: "error" };

  it("shows them, and is 1 while the newest build is one that failed", async () => {
    host = await playHost({ getPluginRunnerStatus: "FAILED", getPluginBuildErrors: [error] });
    expect(await runErrors({ ...flagsOf(host), plugin: "one", limit: 5 })).toBe(1);
    expect(out.join("")).toBe("2026-11-01 10:00:00\nmain.ts:1:1: no\n");
  });

  it("is 0 where it builds", async () => {
    host = await playHost({ getPluginRunnerStatus: "ACTIVE", getPluginBuildErrors: [] });
    expect(await runErrors({ ...flagsOf(host), plugin: "one", limit: 5 })).toBe(0);
    expect(out.join("")).toBe('No build errors of "one"; it is ACTIVE.\n');
  });
});

describe("activate and deactivate", () => {
  it.each(["live", "shadow", "off"] as const)("asks the host: %s", async (mode) => {
    host = await playHost({
      setActivationMode: (given: { where: { pluginName: string; projectId: string }; mode: string }) =>
        `${given.where.pluginName} ${given.mode} on ${given.where.projectId}`,
    });
    expect(await runActivation({ ...flagsOf(host), plugin: "one", project: "p", mode })).toBe(0);
    expect(out.join("")).toBe(`one ${mode} on p\n`);
  });

  it("says what the host says against it", async () => {
    const setActivationMode = () => {
      throw new Error('Cannot activate "one": found no such plugin');
    };
    host = await playHost({ setActivationMode });
    expect(await runActivation({ ...flagsOf(host), plugin: "one", project: "p", mode: "live" })).toBe(1);
    expect(aside.join("")).toContain('Cannot activate "one": found no such plugin');
  });
});
