// The commands about dead letters and pauses, against a host that is played here by the API's own schema.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseSince } from "../../cli/parse-since.ts";
import { runBackfill } from "../../cli/commands/run-backfill.ts";
import { runDead } from "../../cli/commands/run-dead.ts";
import { runPauses } from "../../cli/commands/run-pauses.ts";
import { runReplay, type ReplayFlags } from "../../cli/commands/run-replay.ts";
import { playHost, type PlayedHost } from "./play-host.ts";

const NOW = Date.UTC(2026, 10, 1, 10);

describe("parseSince", () => {
  it.each([
    ["30m", "2026-11-01T09:30:00.000Z"],
    ["2h", "2026-11-01T08:00:00.000Z"],
    ["7d", "2026-10-25T10:00:00.000Z"],
    ["2026-10-01", "2026-10-01T00:00:00.000Z"],
    ["yesterday", null],
    ["2", null],
    ["-2h", null],
  ])("%j", (text, wanted) => {
    expect(parseSince(text, NOW)).toBe(wanted);
  });
});

interface Where {
  readonly ids?: string[];
}

/** Five dead letters, of which the first is refused each time; the host takes two at a time. */
function playedLetters() {
  const dead = ["dl_1", "dl_2", "dl_3", "dl_4", "dl_5"];
  const asked: Where[] = [];
  const meant = ({ ids }: Where): string[] => dead.filter((id) => ids?.includes(id) ?? true);
  const take = (ids: readonly string[]): void => ids.forEach((id) => void dead.splice(dead.indexOf(id), 1));
  const letter = (id: string) => ({
    ...{ id, eventId: `ev_of_${id}`, projectId: "p", pluginName: "one", attempts: 2, deadReason: "failed" },
    ...{ lastOutcome: "threw", updatedAt: new Date(NOW).toISOString() },
    runs: () => [{ outcome: { message: "first" } }, { outcome: { message: `${"no ".repeat(40)}\nstack` } }],
  });
  const pause = {
    projectId: "p",
    pluginName: "one",
    state: "open",
    reason: "failed",
    since: "2026-11-01T10:00:00.000Z",
    until: null,
  };
  return {
    asked,
    root: {
      deadLetters: ({ where, first }: { where: Where; first: number }) => meant(where).slice(0, first).map(letter),
      countDeadLetters: ({ where }: { where: Where }) => meant(where).length,
      replayDeadLetters: ({ where, skip }: { where: Where; skip: number }) => {
        asked.push(where);
        const some = meant(where).slice(skip, skip + 2);
        const replayed = some.filter((id) => id !== "dl_1");
        take(replayed);
        return {
          replayed: replayed.map((deliveryId) => ({ deliveryId, replayId: `again_${deliveryId}` })),
          refused: some.filter((id) => id === "dl_1").map((deliveryId) => ({ deliveryId, reason: "not_active" })),
          left: meant(where).length,
        };
      },
      discardDeadLetters: ({ where }: { where: Where }) => {
        asked.push(where);
        const some = meant(where).slice(0, 2);
        take(some);
        return { discarded: some.length, left: meant(where).length };
      },
      replayEvent: ({ where }: { where: { eventId: string; pluginName: string } }) =>
        `dl_${where.eventId}_${where.pluginName}`,
      backfillEvents: ({ data }: { data: { skip: number } }) => ({
        ...{ read: 100, delivered: 3, known: 90, unwanted: 7, next: data.skip < 200 ? data.skip + 100 : null },
      }),
      pauses: () => [pause],
      resumePlugin: ({ where }: { where: { pluginName: string } }) => `${where.pluginName} resumed`,
    },
  };
}

describe("commands", () => {
  let server: PlayedHost;
  let flags: { root: string; data: string; url: string };
  let host: ReturnType<typeof playedLetters>;
  let out: string[];
  let aside: string[];

  beforeEach(async () => {
    [out, aside, host] = [[], [], playedLetters()];
    vi.stubEnv("KILI_EDGE_API_KEY", "an-operators-key");
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
    server = await playHost(host.root);
    flags = { root: "/nowhere", data: "/nowhere", url: server.url };
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await server.stop();
  });

  const replay = (more: Partial<ReplayFlags>): Promise<number> => runReplay({ ...flags, ids: [], ...more });

  it("dead: a table with the last words, cut, and how many more there are", async () => {
    expect(await runDead({ ...flags, limit: 4, plugin: "one" })).toBe(0);
    const [head, row, ...rest] = out.join("").trimEnd().split("\n");
    expect(head?.split(/ {2,}/)).toEqual([
      "DEAD SINCE",
      "PLUGIN",
      "PROJECT",
      "WHY",
      "ATTEMPTS",
      "LAST WORDS",
      "DELIVERY",
    ]);
    expect(row).toMatch(/^2026-11-01 10:00 {2}one +p +threw +2 +no no .*… {2}dl_1$/);
    expect(rest).toHaveLength(3);
    expect(aside.join("")).toContain("1 more");
  });

  it("replay --dead: all that the filter means, page by page, and says what was refused", async () => {
    expect(await replay({ dead: true, since: "2h", project: "p" })).toBe(1);
    expect(host.asked.length).toBeGreaterThan(1);
    expect(host.asked[0]).toMatchObject({ projectId: "p", since: expect.stringMatching(/Z$/) as string });
    expect(out.join("").trimEnd().split("\n")).toEqual([
      ...["dl_2", "dl_3", "dl_4", "dl_5"].map((id) => `${id}  replayed as again_${id}`),
      "dl_1  not replayed: not_active",
      "4 replayed, 1 refused, 1 left",
    ]);
  });

  it("replay of deliveries by id, as JSON", async () => {
    expect(await replay({ ids: ["dl_3"], json: true })).toBe(0);
    expect(JSON.parse(out.join(""))).toEqual({
      ...{ replayed: [{ deliveryId: "dl_3", replayId: "again_dl_3" }], refused: [], left: 0 },
    });
  });

  it("replay and --discard of what is no dead letter say so", async () => {
    expect(await replay({ ids: ["dl_3", "typo"] })).toBe(1);
    expect(out.join("")).toBe(
      "dl_3  replayed as again_dl_3\ntypo  not replayed: no dead letter\n1 replayed, 1 refused, 0 left\n",
    );
    out.length = 0;
    expect(await replay({ ids: ["dl_4", "typo"], discard: true })).toBe(1);
    expect(out.join("")).toBe("1 discarded, 0 left, 1 no dead letter\n");
  });

  it("replay of events, to a plugin", async () => {
    expect(await replay({ ids: ["ev_1", "ev_2"], plugin: "one" })).toBe(0);
    expect(out.join("")).toBe("ev_1  replayed as dl_ev_1_one\nev_2  replayed as dl_ev_2_one\n");
  });

  it("replay --discard", async () => {
    expect(await replay({ dead: true, discard: true, reason: "failed" })).toBe(0);
    expect(out.join("")).toBe("5 discarded, 0 left\n");
  });

  it.each<[string, Partial<ReplayFlags>, RegExp]>([
    ["nothing", {}, /nothing is named/],
    ["both", { ids: ["dl_1"], dead: true }, /both ids and --dead/],
    ["an event and no plugin", { ids: ["ev_1"] }, /wanted --plugin/],
    ["events and deliveries", { ids: ["ev_1", "dl_1"], plugin: "one" }, /wanted one kind/],
    ["a time that is none", { dead: true, since: "soon" }, /Cannot read --since: found "soon"/],
  ])("replay of %s is refused, and nothing is asked", async (_, given, words) => {
    expect(await replay(given)).toBe(1);
    expect(aside.join("")).toMatch(words);
    expect(host.asked).toEqual([]);
  });

  it("backfill: every page, added up", async () => {
    const given = { ...flags, project: "p", since: "2h" };
    expect(await runBackfill(given)).toBe(0);
    expect(out.join("")).toBe("300 events read from Kili: 9 delivered, 270 had come already, 21 nobody asks for\n");
    expect(await runBackfill({ ...given, until: "soon" })).toBe(1);
    expect(await runBackfill({ ...given, until: "3h" })).toBe(1);
    expect(aside.join("")).toMatch(/--since is .* and --until is .*, wanted one that is later\n$/);
  });

  it("pauses and resume", async () => {
    expect(await runPauses(flags)).toBe(0);
    expect(out.join("")).toContain("one     p        open   2026-11-01 10:00:00  -      failed");
    out.length = 0;
    expect(await runPauses({ ...flags, plugin: "one", project: "p", resume: true })).toBe(0);
    expect(out.join("")).toBe("one resumed\n");
  });
});
