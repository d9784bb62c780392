// Pages on a history that tests wrote: what they show, to whom, and that nobody's words become anything but text.
import { beforeEach, describe, expect, test } from "vitest";
import type { Env } from "../../worker/env.ts";
import { hashText } from "../../worker/build/hash-text.ts";
import { createApiKey } from "../../worker/graphql/create-api-key.ts";
import { makeCurrent } from "../../worker/store/make-current.ts";
import { recordApiKey } from "../../worker/store/record-api-key.ts";
import { recordBuildFailure } from "../../worker/store/record-build-failure.ts";
import { recordProject } from "../../worker/store/record-project.ts";
import { recordRuns } from "../../worker/store/record-runs.ts";
import { recordVersion } from "../../worker/store/record-version.ts";
import { setPayloadKeeping } from "../../worker/store/set-payload-keeping.ts";
import type { Role } from "../../schemas/principal.ts";
import type { RunOutcome } from "../../schemas/run.ts";
import * as rows from "../store/rows.ts";
import { db, emptyDatabase } from "../store/test-db.ts";
import { clock, notified, reported, signedIn, type Reader } from "./pages-host.ts";

beforeEach(async () => {
  clock.now = rows.NOW + 60_000;
  notified.length = 0;
  reported.length = 0;
  await emptyDatabase();
});

async function readerOf(role: Role): Promise<Reader> {
  const key = createApiKey((bytes) => crypto.getRandomValues(bytes));
  const hash = await hashText(key);
  const id = crypto.randomUUID();
  await recordApiKey(db, { id, name: role, hash, role, expiresAt: null, now: rows.NOW, actor: "key:admin" });
  return signedIn(key);
}

async function register(name = "bbox-count", overrides: Parameters<typeof rows.manifest>[0] = {}) {
  const manifest = rows.manifest({ name, projects: ["demo"], ...overrides });
  const artifact = rows.artifact({ manifest, hash: await hashText(JSON.stringify(manifest)) });
  const version = await recordVersion(db, { artifact, now: rows.NOW });
  await makeCurrent(db, { ...version, projects: manifest.projects, now: rows.NOW });
  return version;
}

const textOf = async (answer: Response): Promise<string> => {
  expect(answer.status).toBe(200);
  return answer.text();
};

const PAGES = ["/", "/plugins", "/events", "/runs"];

describe("a host on which nothing has happened", () => {
  test.each(PAGES)("%s says so", async (path) => {
    const text = await textOf(await (await signedIn()).get(path));
    expect(text).toMatch(/No plugins yet|No events yet|No runs/);
    expect(text).not.toContain("<tbody>");
  });

  test.each(["/plugins/nobody", "/events/none", "/runs/none", "/plugins/%", "/events/%00"])(
    "%s is missing",
    async (path) => {
      const answer = await (await signedIn()).get(path);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain("There is no such");
    },
  );

  test.each(["-1", "0", "x", "1e9", "9".repeat(400), "NaN"])("page=%s is a page", async (page) => {
    expect((await (await signedIn()).get(`/events?page=${page}`)).status).toBe(200);
  });
});

describe("what happened", () => {
  beforeEach(async () => {
    const { versionId } = await register();
    await recordRuns(
      db,
      rows.flushBatch({
        events: [rows.eventRow({ deliveryCount: 2 })],
        deliveries: [
          rows.deliveryRow({ versionId, state: "dead", attempts: 1, lastOutcome: "threw", deadReason: "failed" }),
        ],
        runs: [
          rows.runRow({
            versionId,
            outcomeType: "threw",
            outcome: { type: "threw", name: "RangeError", message: "no box", stack: "    at onSubmit (main.ts:7:3)" },
            calls: [
              {
                kind: "kili",
                target: "createIssues",
                result: "dry_run",
                startedAt: rows.NOW + 6,
                ms: 2,
                detail: '{"issues":[]}',
              },
            ],
            dryRun: true,
          }),
        ],
        logs: [rows.logRow({ logType: "warning" })],
        audit: [rows.auditRow()],
      }),
    );
  });

  test("the overview counts it", async () => {
    const text = await textOf(await (await signedIn()).get("/?range=1h"));
    expect(text).toContain("1 dead");
    expect(text).toContain("1 of 1 failed");
    expect(text).toMatch(/data-readout="[^"]*done 0, dead 1, events 1"/);
  });

  test("the event tells each delivery's way", async () => {
    const text = await textOf(await (await signedIn()).get("/events/event-1"));
    for (const part of ["RangeError: no box", "Attempt 1", "No attempt is left", "asset-1", "1 more have not"]) {
      expect(text).toContain(part);
    }
  });

  test("the run tells its outcome, its log, its calls and what was withheld", async () => {
    const text = await textOf(await (await signedIn()).get("/runs/run-1"));
    for (const part of ["main.ts:7:3", "two boxes too many", "warning", "createIssues", "withheld", "issues"]) {
      expect(text).toContain(part);
    }
  });

  test("the plugin tells where it runs, what it may do, who holds it to that, and what it was refused", async () => {
    const text = await textOf(await (await signedIn()).get("/plugins/bbox-count"));
    for (const part of ["demo", "cpu_ms", "metering in its code", "nobody here", "refused", "evil.example:443"]) {
      expect(text).toContain(part);
    }
  });
});

describe("an event that was accepted a moment ago", () => {
  const id = `ev_${rows.NOW.toString(36).padStart(9, "0")}${"0".repeat(32)}`;
  const asked: string[] = [];

  /** A reader of a host whose inboxes know of one event, that of "busy"; "slow" does not answer. */
  async function readerOfInboxes(find: () => Promise<string | null> = async () => "waiting"): Promise<Reader> {
    asked.length = 0;
    for (const project of ["busy", "other", "slow"]) await recordProject(db, project, rows.NOW);
    const run = { runId: "run-1", eventId: id, deliveryId: "dl", projectId: "busy", pluginName: "rule", attempt: 1 };
    const runs = [run, { ...run, eventId: "ev_other", pluginName: "another rule" }];
    const inboxes = {
      getByName: (name: string) => ({
        readEventBody: async () => {
          asked.push("body");
          return null;
        },
        findEvent: async (eventId: string) => {
          asked.push(name);
          if (name === "slow") throw new Error("away");
          return name === "busy" && eventId === id ? find() : null;
        },
        underWay: async () => runs.map((each) => ({ ...each, startedAt: rows.NOW, logs: [], logLines: 0, calls: [] })),
      }),
    };
    return signedIn(undefined, { INBOX: inboxes as unknown as Env["INBOX"] });
  }

  const handOver = (): Promise<void> =>
    recordRuns(db, rows.flushBatch({ events: [rows.eventRow({ id, projectId: "busy", deliveryCount: 0 })] }));

  test("is said to be accepted, with what runs of it, and asks for itself again until it is in the history", async () => {
    const reader = await readerOfInboxes();
    const text = await textOf(await reader.get(`/events/${id}`));
    for (const part of ["Accepted, and not in the history yet", "busy", "rule, attempt 1", 'data-live-every="2000"'])
      expect(text).toContain(part);
    expect(text).not.toContain("another rule");
    expect(asked.toSorted()).toEqual(["busy", "other", "slow"]);
    await handOver();
    const then = await textOf(await reader.get(`/events/${id}`));
    expect(then).toContain("No plugin asked for it");
    expect(then).not.toContain("data-live-every");
  });

  test("is said to be refused by the history where it was set aside, and does not ask for itself again", async () => {
    const text = await textOf(await (await readerOfInboxes(async () => "set_aside")).get(`/events/${id}`));
    for (const part of ["Accepted, and refused by the history", "busy", "rule, attempt 1"])
      expect(text).toContain(part);
    expect(text).not.toContain("data-live-every");
  });

  test("is found where its inbox hands it over while it is looked for", async () => {
    const reader = await readerOfInboxes(async () => {
      await handOver();
      return null;
    });
    expect(await textOf(await reader.get(`/events/${id}`))).toContain("No plugin asked for it");
  });

  test("is missing where no inbox knows of it; none is asked for what is old or no event", async () => {
    const reader = await readerOfInboxes();
    expect((await reader.get(`/events/${id.slice(0, -1)}1`)).status).toBe(404);
    expect(asked.toSorted()).toEqual(["busy", "other", "slow"]);
    clock.now = rows.NOW + 25 * 60 * 60_000;
    const later = await readerOfInboxes();
    expect((await later.get(`/events/${id}`)).status).toBe(404);
    expect((await later.get("/events/ev_none")).status).toBe(404);
    expect(asked).toEqual([]);
  });
});

describe("how the inboxes are", () => {
  const standing = { runsInFlight: 2, unflushedRuns: 0, pendingByPlugin: [], oldestUnflushedAt: null, setAside: 0 };
  const status = (name: string) => {
    if (name === "silent") return Promise.reject(new Error("away"));
    const isFull = name === "full";
    return Promise.resolve({
      ...standing,
      pendingDeliveries: isFull ? 20_001 : 0,
      oldestPendingAt: isFull ? rows.NOW : null,
      backlog: isFull ? "too_many" : "room",
      journalBytes: 3_400_000,
    });
  };
  const inboxes = { getByName: (name: string) => ({ status: () => status(name) }) } as unknown as Env["INBOX"];
  const rowOf = (text: string, project: string): string =>
    new RegExp(`<tr><td class="main mono">${project}.*?</tr>`).exec(text)?.[0] ?? "";

  test("is on the settings, project by project, with whose payloads are kept", async () => {
    for (const project of ["calm", "full", "private", "silent"]) await recordProject(db, project, rows.NOW);
    await setPayloadKeeping(db, { projectId: "private", keep: false, now: rows.NOW, actor: "key:x" });
    const text = await textOf(await (await signedIn(undefined, { INBOX: inboxes })).get("/settings"));
    expect(rowOf(text, "calm")).toMatch(/>yes<.*>0<.*>2<.*3\.4 MB.*>7 days</);
    expect(rowOf(text, "full")).toMatch(/no: too many wait.*20,001.*oldest/);
    expect(rowOf(text, "private")).toContain("not kept");
    expect(rowOf(text, "silent")).toContain("did not answer");
  });

  test("is nothing to tell on a host without events, and not known where the API fails", async () => {
    expect(await textOf(await (await signedIn()).get("/settings"))).toContain("No events lately");
    await recordProject(db, "calm", rows.NOW);
    const broken = { getByName: () => ({ status: async () => ({ ...standing, pendingDeliveries: "many" }) }) };
    const reader = await signedIn(undefined, { INBOX: broken as unknown as Env["INBOX"] });
    expect(await textOf(await reader.get("/settings"))).toContain("The inboxes could not be asked");
  });
});

describe("a run that failed", () => {
  const EVIL = `</pre><script>alert(1)</script>`;
  const MAIN = [
    "import x;",
    "",
    "onSubmit() {",
    `  const a = "${EVIL}";`,
    "  throw new Error();",
    "}",
    "// after",
  ].join("\n");

  /** The page of a run that ended so, of a version with these sources. */
  async function showRun(
    artifact: Parameters<typeof rows.artifact>[0],
    outcome: Extract<RunOutcome, { type: "cpu_limit" | "threw" }>,
  ): Promise<string> {
    const { versionId } = await recordVersion(db, { artifact: rows.artifact(artifact), now: rows.NOW });
    await recordRuns(db, rows.flushBatch({ runs: [rows.runRow({ versionId, outcomeType: outcome.type, outcome })] }));
    return textOf(await (await signedIn()).get("/runs/run-1"));
  }
  const threw = (stack: string) => ({ type: "threw", name: "E", message: "m", stack }) as const;
  const map = { version: 3, sources: ["plugins/x/main.ts"], sourcesContent: [MAIN], names: [], mappings: "" };
  const sourceMap = JSON.stringify(map);

  test.each([
    ["a stack", threw("E: m\n    at onSubmit (plugins/x/main.ts:5:9)\n    at plugins/x/main.ts:1:1")],
    ["a place", { type: "cpu_limit", limitMs: 1, where: { file: "plugins/x/main.ts", line: 5, column: 9 } } as const],
  ])("shows the line of %s in its author's source, as text", async (_, outcome) => {
    const text = await showRun({ sourceMap }, outcome);
    expect(text).toContain("&gt; 5 |   throw new Error();\n    |         ^\n  6 | }");
    expect(text).toContain("4 |   const a = &quot;&lt;/pre&gt;&lt;script&gt;");
    expect(text).not.toContain(EVIL);
  });

  test("shows the innermost line of a Python plugin's own files", async () => {
    const code = JSON.stringify({ main: "main.py", files: { "main.py": MAIN, "rules.py": "def f():\n    raise E\n" } });
    const stack = [
      "Traceback (most recent call last):",
      '  File "main.py", line 3, in on_submit',
      '  File "rules.py", line 2, in f',
      '  File "/lib/python314.zip/json/decoder.py", line 4, in decode',
      "E: m",
    ].join("\n");
    const manifest = rows.manifest({ main: "main.py" });
    expect(await showRun({ manifest, code, sourceMap: "" }, threw(stack))).toContain(
      "1 | def f():\n&gt; 2 |     raise E\n    |     ^",
    );
  });

  test.each([
    ["of another file", { sourceMap }, "    at x (plugins/x/other.ts:5:9)"],
    ["past the end", { sourceMap }, "    at x (plugins/x/main.ts:9999999:9)"],
    ["of a version without sources", {}, "    at x (plugins/x/main.ts:5:9)"],
    ["of a map that is none", { sourceMap: "no" }, "    at x (plugins/x/main.ts:5:9)"],
    [
      "of a Python file's prototype",
      { manifest: rows.manifest({ main: "main.py" }) },
      '  File "__proto__", line 1, in x',
    ],
  ])("shows no line %s", async (_, artifact, stack) => {
    expect(await showRun(artifact, threw(stack))).not.toMatch(/&gt; \d+ \|/);
  });
});

describe("a plugin that does not build", () => {
  test("is shown with the place and the source around it", async () => {
    const problem = { file: "main.ts", line: 3, column: 9, message: "Unexpected token", frame: "> 3 | let = 1;" };
    await recordBuildFailure(db, { name: "broken", problems: [problem], now: rows.NOW });
    const reader = await signedIn();
    const text = await textOf(await reader.get("/plugins/broken"));
    for (const part of ["main.ts:3:9", "Unexpected token", "&gt; 3 | let = 1;", "does not build"]) {
      expect(text).toContain(part);
    }
    expect(await textOf(await reader.get("/"))).toContain("does not build");
  });
});

describe("roles", () => {
  const switchOff = { projectId: "demo", mode: "off" };
  const isActive = async (): Promise<number | null> =>
    db.prepare("SELECT active FROM activations WHERE project_id = 'demo'").first<number>("active");

  test("a viewer reads, sees no switches, and cannot use them all the same", async () => {
    const { versionId } = await register();
    const reader = await readerOf("viewer");
    const text = await textOf(await reader.get("/plugins/bbox-count"));
    expect(text).not.toContain('name="mode"');
    for (const [path, form] of [
      ["/plugins/bbox-count/activations", switchOff],
      ["/plugins/bbox-count/rollback", { versionId }],
      ["/plugins/bbox-count/resume", { projectId: "demo" }],
    ] as const) {
      const answer = await reader.post(path, form);
      expect(answer.status).toBe(303);
      expect(await textOf(await reader.get("/plugins/bbox-count"))).toMatch(/class="flash bad"[^>]*>Cannot run/);
    }
    expect(await isActive()).toBe(1);
    expect(notified).toEqual([]);
  });

  test("an operator switches activations, and the inbox hears of it", async () => {
    await register();
    const reader = await readerOf("operator");
    expect(await textOf(await reader.get("/plugins/bbox-count"))).toContain('name="mode"');
    const answer = await reader.post("/plugins/bbox-count/activations", switchOff);
    expect(answer.headers.get("location")).toBe("/plugins/bbox-count");
    expect(await isActive()).toBe(0);
    expect(notified).toEqual(["demo"]);
    const actor = await db.prepare("SELECT actor FROM audit WHERE action = 'deactivated'").first<string>("actor");
    expect(actor).toBe("key:operator");
    const text = await textOf(await reader.get("/plugins/bbox-count"));
    expect(text).toContain("successfully deactivated");
    expect(await textOf(await reader.get("/plugins/bbox-count"))).not.toContain("successfully deactivated");
  });

  test("an operator rolls back", async () => {
    const first = await register("bbox-count", { version: "1.0.0" });
    const second = await register("bbox-count", { version: "1.1.0" });
    const current = () => db.prepare("SELECT version_id FROM plugins").first<string>("version_id");
    expect(await current()).toBe(second.versionId);
    const reader = await readerOf("operator");
    await reader.post("/plugins/bbox-count/rollback", { versionId: first.versionId });
    expect(await current()).toBe(first.versionId);
    await reader.post("/plugins/bbox-count/rollback", { versionId: "another" });
    expect(await textOf(await reader.get("/plugins/bbox-count"))).toContain('class="flash bad"');
  });

  test("a form that is not ours is answered with a reason, not with a failure of ours", async () => {
    await register();
    const reader = await readerOf("operator");
    for (const form of [{}, { mode: "live" }, { mode: "sideways", projectId: "demo" }]) {
      expect((await reader.post("/plugins/bbox-count/activations", form)).status).toBe(303);
      expect(await textOf(await reader.get("/plugins/bbox-count"))).toContain('class="flash bad"');
    }
    const json = {
      "content-type": "application/json",
      origin: "https://host.example",
      "sec-fetch-site": "same-origin",
    };
    expect((await reader.post("/plugins/bbox-count/activations", {}, json)).status).toBe(400);
    expect(reported).toEqual([]);
  });
});

// Each would run, load or send something if it were taken for more than text.
const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' autofocus onfocus='alert(1)`,
  `javascript:alert(1)`,
  `</pre></main><iframe srcdoc="x">`,
  `<!--`,
  `</title><svg/onload=alert(1)>`,
  `&lt;script&gt;`,
  `\u202Etxt.exe\u0000\uFFFE`,
  "`${alert(1)}`",
];

describe("other people's words", () => {
  test.each(HOSTILE)("%j stays text wherever it stands", async (word) => {
    // What nobody could see is refused in a name.
    const name = word.replaceAll(/[\p{C}]/gu, "").slice(0, 128);
    await register(name, { description: word, config: { [word]: word } });
    await recordBuildFailure(db, {
      name,
      problems: [{ file: word, line: 1, column: 1, message: word, frame: word }],
      now: rows.NOW,
    });
    const common = { projectId: word, pluginName: name };
    await recordRuns(
      db,
      rows.flushBatch({
        events: [rows.eventRow({ projectId: word, type: word, assetId: word, labelId: word, kiliRunId: word })],
        deliveries: [rows.deliveryRow({ ...common, state: "dead", deadReason: "failed" })],
        runs: [
          rows.runRow({
            ...common,
            outcomeType: "threw",
            outcome: { type: "threw", name: word, message: word, stack: word },
            calls: [{ kind: "net", target: word, result: "failed", startedAt: rows.NOW, ms: 1, detail: word }],
          }),
        ],
        logs: [rows.logRow({ ...common, content: word })],
        audit: [rows.auditRow({ ...common, actor: word, detail: word })],
      }),
    );
    const reader = await signedIn();
    await recordProject(db, word, rows.NOW);
    const paths = [...PAGES, "/settings", "/events/event-1", "/runs/run-1", `/plugins/${encodeURIComponent(name)}`];
    for (const path of paths) {
      const text = await textOf(await reader.get(path));
      const tags = [...text.matchAll(/<\/?([a-z0-9!-]+)/gi)].map(([, tag = ""]) => tag.toLowerCase());
      expect(tags.filter((tag) => ["iframe", "!--"].includes(tag) || tag.startsWith("svg/"))).toEqual([]);
      // One script, ours; no element has a handler, and no link leads out of the host.
      expect(tags.filter((tag) => tag === "script")).toHaveLength(2);
      const elements = [...text.matchAll(/<[a-z][^>]*>/gi)].map(([element]) => element.replaceAll(/"[^"]*"/g, '""'));
      expect(elements.filter((element) => /\son[a-z]+\s*=/i.test(element))).toEqual([]);
      const links = [...text.matchAll(/\s(?:href|src|action)="([^"]*)"/g)].map(([, link = ""]) => link);
      expect(links.filter((link) => !/^(?:\/(?!\/)|#)/.test(link))).toEqual([]);
    }
  });

  test("of any length do not break a page", async () => {
    const long = "x".repeat(128);
    await register(long, { description: "y".repeat(1_024) });
    expect((await (await signedIn()).get(`/plugins/${long}`)).status).toBe(200);
  });
});
