// Writes that happen once: attempts at one event, each ended by a kill at one place on the way of one of its writes, on
// an inbox's real tables and against Kili's double. Time is the test's.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { RunCall } from "../../schemas/run.ts";
import type { HostProcess } from "../../worker/dispatch/this-process.ts";
import { openTables } from "../../worker/dispatch/open-tables.ts";
import { WriteJournal } from "../../worker/dispatch/write-journal.ts";
import { callKili } from "../../worker/execute/call-kili.ts";
import { KILI_CALL_MS, KILI_CLOCK_SKEW_MS, MAX_JOURNALLED_ANSWER_CHARS, WRITE_SETTLE_MS } from "../../worker/limits.ts";
import { createKiliDouble, type KiliDouble } from "../kili-double/kili-double.ts";
import { callDeps, RUN_UNDER_WAY } from "./call-deps.ts";

const CREATE = `mutation ($issues: [IssueToCreate!]!, $where: AssetWhere!) {
  data: createIssues(issues: $issues, where: $where) { id }
}`;
const DELETE = "mutation ($ids: [ID!]!) { data: deleteLabels(ids: $ids) }";
const SETTLED_MS = KILI_CALL_MS + WRITE_SETTLE_MS;

const open = (text: string) => ({
  issues: [{ type: "ISSUE", assetId: "a", text }],
  where: { project: { id: "p" } },
});

/** Where on its way a write meets the end of its process. */
type Place =
  | "before it is journalled"
  | "before it is sent"
  | "before it is answered"
  | "before its answer is journalled"
  | "before the run is reported";

interface Attempt {
  readonly call: (document: string, variables: object) => Promise<KiliDoorAnswer>;
  readonly calls: readonly RunCall[];
}

interface Host {
  readonly double: KiliDouble;
  /** Runs an attempt; false when the process died under it. */
  readonly attempt: (
    work: (attempt: Attempt) => Promise<void>,
    kill?: { readonly place: Place; readonly write: number },
    eventSeq?: number,
  ) => Promise<boolean>;
  /** What the plugin may act on from now on. */
  readonly allow: (projects: readonly string[]) => void;
  readonly pass: (ms: number) => void;
  /** From now on another process makes all calls, and no other makes any. */
  readonly restart: () => void;
  readonly sql: SqlStorage;
}

/** An inbox and Kili. Attempts are at the same event unless they say otherwise. */
function onHost(name: string, work: (host: Host) => Promise<void>, given: readonly string[] = ["*"]): Promise<void> {
  return runInDurableObject(env.INBOX.getByName(name), async (_, { storage }) => {
    let now = Date.now();
    let process: HostProcess | null = null;
    let projects = given;
    const double = createKiliDouble("key");
    openTables(storage);
    await work({
      double,
      sql: storage.sql,
      allow: (wanted) => void (projects = wanted),
      pass: (ms) => void (now += ms),
      restart: () => void (process = { id: crypto.randomUUID(), since: now }),
      attempt: async (handle, kill, eventSeq = 1) => {
        const writes = new WriteJournal({ storage, now: () => now, process });
        const writer = { eventSeq, pluginName: "rule", met: new Map<string, number>(), sent: new Set<number>() };
        const { promise: died, resolve: die } = Promise.withResolvers<false>();
        let begun = 0;
        const at = async (place: Place): Promise<void> => {
          if (kill?.place !== place || kill.write !== begun) return;
          die(false);
          // Nothing comes after the end of a process.
          await new Promise(() => {});
        };
        const calls: RunCall[] = [];
        const call: Attempt["call"] = (document, variables) =>
          callKili(
            {
              assetId: "a",
              labelId: "l",
              projectId: "p",
              kiliScopes: ["assets:*", "issues:*", "labels:*", "projects:*"],
              kiliProjects: projects,
            },
            document,
            variables,
            {
              ...callDeps(double, "key"),
              run: {
                ...RUN_UNDER_WAY,
                findWrite: async (hash) => writes.find(writer, hash),
                beginWrite: async (write) => {
                  begun += 1;
                  await at("before it is journalled");
                  const started = await writes.begin(writer, write);
                  await at("before it is sent");
                  return started;
                },
                end: async (made, write) => {
                  if (write) await at("before its answer is journalled");
                  calls.push(made);
                  if (write) writes.end(write);
                  if (write) await at("before the run is reported");
                },
              },
              fetch: async (url, init) => {
                const answer = await double.handle(new Request(url, { ...init, signal: null }));
                if (typeof init.body === "string" && init.body.includes("mutation")) await at("before it is answered");
                return answer;
              },
              now: () => now,
            },
          );
        return Promise.race([handle({ call, calls }).then(() => true), died]);
      },
    });
  });
}

const PLACES: readonly Place[] = [
  "before it is journalled",
  "before it is sent",
  "before it is answered",
  "before its answer is journalled",
  "before the run is reported",
];

describe("a plugin that opens two issues and then fails", () => {
  for (const texts of [
    ["first", "second"],
    ["same", "same"],
  ])
    for (const place of PLACES)
      for (const write of [1, 2])
        test(`${texts.join(" and ")}, killed at write ${write} ${place}, then retried five times: two issues`, async () => {
          await onHost(`once ${texts.join()} ${place} ${write}`, async ({ attempt, double, pass }) => {
            const answers: KiliDoorAnswer[] = [];
            const rule = async ({ call }: Attempt): Promise<void> => {
              for (const text of texts) {
                const answer = await call(CREATE, open(text));
                answers.push(answer);
                // As the SDK does: the error is thrown, with the time that Kili is left.
                if ("error" in answer) {
                  pass(answer.error.retryAfterMs ?? 1_000);
                  return;
                }
              }
            };
            expect(await attempt(rule, { place, write })).toBe(false);
            for (let retries = 0; retries < 5; retries += 1) expect(await attempt(rule)).toBe(true);
            expect([...double.state.issues.values()].map(({ comments }) => comments)).toMatchObject(
              texts.map((text) => [{ text }]),
            );
            // In the end the plugin has an answer to each, and each its own.
            const ids = [...double.state.issues.keys()];
            expect(answers.slice(-2)).toEqual(ids.map((id) => ({ data: { data: [{ id }] } })));
          });
        });
});

describe("a write that was made before", () => {
  test("is answered as it was then, whatever came between, and other variables are another write", async () => {
    await onHost("answered", async ({ attempt, double }) => {
      await attempt(async ({ call }) => {
        await call(CREATE, open("one"));
        await call(CREATE, open("two"));
      });
      await attempt(async ({ call, calls }) => {
        expect(await call(CREATE, open("two"))).toEqual({ data: { data: [{ id: "issue-3" }] } });
        expect(await call(CREATE, open("three"))).toEqual({ data: { data: [{ id: "issue-5" }] } });
        expect(await call(CREATE, open("one"))).toEqual({ data: { data: [{ id: "issue-1" }] } });
        expect(calls.map(({ result }) => result)).toEqual(["from_journal", "ok", "from_journal"]);
      });
      expect(double.calls).toHaveLength(3);
    });
  });

  test("is answered also where what it was about is gone by it", async () => {
    const rule = async ({ call, calls }: Attempt): Promise<void> => {
      expect(await call(DELETE, { ids: ["label-1"] })).toEqual({ data: { data: ["label-1"] } });
      expect(calls.map(({ result }) => result)).toEqual([expect.stringMatching(/^(?:ok|from_journal)$/)]);
    };
    const host = async ({ attempt, double }: Host): Promise<void> => {
      double.state.assets.set("a", { id: "a", externalId: "a", projectId: "p" });
      double.state.labels.set("label-1", { id: "label-1", assetId: "a", labelType: "DEFAULT", jsonResponse: "{}" });
      for (const _ of [1, 2]) await attempt(rule);
      expect(double.calls.filter(({ fields }) => fields.includes("deleteLabels"))).toHaveLength(1);
    };
    await onHost("gone", host, ["p"]);
  });

  test("goes with its event", async () => {
    await onHost("forgotten", async ({ attempt, sql }) => {
      sql.exec(`INSERT INTO event (seq, id, type, received_at, body, body_bytes, delivery_count)
        VALUES (1, 'e', 'onSubmit', 0, '', 0, 0)`);
      await attempt(async ({ call }) => void (await call(CREATE, open("one"))));
      expect(sql.exec("SELECT id FROM write").toArray()).toHaveLength(1);
      sql.exec("DELETE FROM event");
      expect(sql.exec("SELECT id FROM write").toArray()).toEqual([]);
    });
  });

  test("of a large answer the ids are kept", async () => {
    await onHost("large", async ({ attempt }) => {
      const text = "x".repeat(MAX_JOURNALLED_ANSWER_CHARS);
      const document = CREATE.replace("{ id }", "{ id comments { text } }");
      const answers: KiliDoorAnswer[] = [];
      for (const _ of [1, 2]) await attempt(async ({ call }) => void answers.push(await call(document, open(text))));
      expect(answers[0]).toMatchObject({ data: { data: [{ id: "issue-1", comments: [{ text }] }] } });
      expect(answers[1]).toEqual({ data: { data: [{ id: "issue-1", comments: [{ text: null }] }] } });
    });
  });
});

describe("a write that Kili refused", () => {
  test("was not done, and is sent again", async () => {
    await onHost("refused", async ({ attempt, double }) => {
      double.fail({ times: 1, message: "[notFound] no such label" });
      await attempt(async ({ call }) => {
        expect(await call(DELETE, { ids: [] })).toMatchObject({ error: { name: "NotFound" } });
        expect(await call(DELETE, { ids: [] })).toMatchObject({ data: {} });
      });
      await attempt(async ({ call, calls }) => {
        await call(DELETE, { ids: [] });
        expect(calls.map(({ result }) => result)).toEqual(["from_journal"]);
      });
      expect(double.calls).toHaveLength(2);
    });
  });

  test("in part, may have been done", async () => {
    await onHost("in part", async ({ attempt, double }) => {
      const both = `mutation { first: deleteLabels(ids: []) second: updatePropertiesInIssue(data: {status: SOLVED}, where: {id: "no"}) { id } }`;
      await attempt(async ({ call }) => {
        expect(await call(both, {})).toMatchObject({ error: { name: "NotFound" } });
      });
      await attempt(async ({ call }) => {
        expect(await call(both, {})).toMatchObject({ error: { name: "UnknownOutcome" } });
      });
      expect(double.calls).toHaveLength(1);
    });
  });
});

describe("two deliveries of the same event that run at once", () => {
  test("make a write once: the other one is told to come again, and gets its answer then", async () => {
    await onHost("at once", async ({ attempt, double }) => {
      const answers: KiliDoorAnswer[] = [];
      const rule = async ({ call }: Attempt): Promise<void> => void answers.push(await call(CREATE, open("once")));
      await Promise.all([attempt(rule), attempt(rule), attempt(rule)]);
      expect(double.state.issues.size).toBe(1);
      const refused = answers.filter((answer) => "error" in answer);
      expect(refused).toHaveLength(2);
      for (const answer of refused)
        expect(answer).toMatchObject({
          error: { name: "UnknownOutcome", retryAfterMs: expect.any(Number) as unknown },
        });
      answers.length = 0;
      await attempt(rule);
      expect(answers).toEqual([{ data: { data: [{ id: "issue-1" }] } }]);
      expect(double.state.issues.size).toBe(1);
    });
  });

  test("send a write that was lost once", async () => {
    await onHost("again at once", async ({ attempt, double, pass }) => {
      const rule = async ({ call }: Attempt): Promise<void> => void (await call(CREATE, open("lost")));
      await attempt(rule, { place: "before it is sent", write: 1 });
      pass(SETTLED_MS);
      await Promise.all([attempt(rule), attempt(rule)]);
      await attempt(rule);
      expect(double.state.issues.size).toBe(1);
    });
  });

  test("each make as many of the same as they make in one", async () => {
    await onHost("several at once", async ({ attempt, double }) => {
      const rule = async ({ call }: Attempt): Promise<void> =>
        void (await Promise.all([call(CREATE, open("same")), call(CREATE, open("same"))]));
      await attempt(rule);
      await attempt(rule);
      expect(double.state.issues.size).toBe(2);
    });
  });
});

describe("a write whose outcome nobody knows", () => {
  test("is not sent again, unless the plugin says so by calling once more", async () => {
    await onHost("unknown", async ({ attempt, double, pass }) => {
      double.fail({ times: 1, status: 503 });
      await attempt(async ({ call }) => {
        expect(await call(DELETE, { ids: [] })).toMatchObject({ error: { name: "UnknownOutcome" } });
      });
      pass(SETTLED_MS);
      await attempt(async ({ call, calls }) => {
        expect(await call(DELETE, { ids: [] })).toMatchObject({
          error: { name: "UnknownOutcome", message: expect.stringContaining("call once more") as unknown },
        });
        expect(double.calls).toHaveLength(1);
        expect(await call(DELETE, { ids: [] })).toEqual({ data: { data: [] } });
        expect(calls.map(({ result }) => result)).toEqual(["unknown", "ok"]);
      });
      await attempt(async ({ call }) => {
        expect(await call(DELETE, { ids: [] })).toMatchObject({ error: {} });
        expect(await call(DELETE, { ids: [] })).toEqual({ data: { data: [] } });
      });
      expect(double.calls).toHaveLength(2);
    });
  });

  test("is not taken for undone as long as Kili may still be at it", async () => {
    await onHost("settling", async ({ attempt, double, pass }) => {
      double.fail({ times: 1, status: 503 });
      const results: (readonly RunCall[])[] = [];
      const rule = async ({ call, calls }: Attempt): Promise<void> => {
        await call(CREATE, open("late"));
        results.push(calls);
      };
      await attempt(rule);
      await attempt(rule);
      pass(SETTLED_MS);
      await attempt(rule);
      expect(results.flat().map(({ result }) => result)).toEqual(["unknown", "unknown", "ok"]);
      expect(double.state.issues.size).toBe(1);
    });
  });

  test("is not mistaken for another event's, which looks the same at Kili", async () => {
    const one = { ...open("twin"), issues: [{ type: "ISSUE", assetId: "a", labelID: "l1", text: "twin" }] };
    const two = { ...open("twin"), issues: [{ type: "ISSUE", assetId: "a", labelID: "l2", text: "twin" }] };
    await onHost("twins", async ({ attempt, double, pass }) => {
      const writing =
        (variables: object) =>
        async ({ call }: Attempt) =>
          void (await call(CREATE, variables));
      double.fail({ times: 1, status: 503 });
      await attempt(writing(one));
      // Its issue is there, and known to be its own.
      await attempt(writing(two), undefined, 2);
      await attempt(async ({ call }) => {
        expect(await call(CREATE, one)).toMatchObject({ error: { name: "UnknownOutcome" } });
      });
      pass(SETTLED_MS);
      await attempt(writing(one));
      expect([...double.state.issues.values()].map(({ labelID }) => labelID)).toEqual(["l2", "l1"]);
    });
    await onHost("twins, both lost", async ({ attempt, double, pass }) => {
      const writing =
        (variables: object) =>
        async ({ call }: Attempt) =>
          void (await call(CREATE, variables));
      double.fail({ times: 1, status: 503 });
      await attempt(writing(one));
      await attempt(writing(two), { place: "before it is answered", write: 1 }, 2);
      pass(SETTLED_MS);
      // One of them was done; nobody can say which.
      await attempt(async ({ call }) => {
        expect(await call(CREATE, one)).toMatchObject({ error: { name: "UnknownOutcome" } });
      });
      expect(double.state.issues.size).toBe(1);
    });
  });

  test("is not mistaken for an issue that was there before", async () => {
    await onHost("older", async ({ attempt, double, pass }) => {
      await attempt(async ({ call }) => void (await call(CREATE, open("again"))));
      pass(3_600_000);
      double.fail({ times: 1, status: 503 });
      await attempt(async ({ call }) => {
        await call(CREATE, open("again"));
        expect(await call(CREATE, open("again"))).toMatchObject({ error: { name: "UnknownOutcome" } });
      });
      pass(SETTLED_MS);
      await attempt(async ({ call }) => {
        await call(CREATE, open("again"));
        await call(CREATE, open("again"));
      });
      expect(double.state.issues.size).toBe(2);
    });
  });
});

interface Sample {
  readonly document: string;
  readonly variables: object;
  /** What Kili answers. */
  readonly answer: unknown;
  /** How it is, at Kili, before and after. */
  readonly seen: (double: KiliDouble) => unknown;
}

const PUT_METADATA = `mutation ($where: [AssetWhere!]!, $data: [AssetData!]!) {
  data: updatePropertiesInAssets(where: $where, data: $data) { id }
}`;
const ADD_LABEL = `mutation ($data: AppendManyLabelsData!, $where: AssetWhere!) {
  data: appendManyLabels(data: $data, where: $where) { id }
}`;
const assetA = (double: KiliDouble) => double.state.assets.get("a");
const newLabel = (jsonResponse: object, more: object = {}) => ({
  data: { labelType: "REVIEW", labelsData: [{ assetID: "a", jsonResponse: JSON.stringify(jsonResponse), ...more }] },
  where: { idIn: ["a"], project: { id: "p" } },
});

const OUTCOME = "{ succeeded { assetId } declined { assetId } failed { assetId details } }";
const DONE = { succeeded: [{ assetId: "a" }], declined: [], failed: [] };

const SAMPLES: Readonly<Record<string, Sample>> = {
  "a delete": {
    document: DELETE,
    variables: { ids: ["old"] },
    answer: ["old"],
    seen: ({ state }) => state.labels.has("old"),
  },
  "metadata and a priority": {
    document: PUT_METADATA,
    variables: { where: [{ id: "a" }], data: [{ priority: 3, jsonMetadata: '{"b":[2],"a":{"c":1}}' }] },
    answer: [{ id: "a" }],
    seen: (double) => [assetA(double)?.priority, assetA(double)?.jsonMetadata],
  },
  "an issue's status": {
    document: 'mutation { data: updatePropertiesInIssue(data: { status: SOLVED }, where: { id: "i" }) { id } }',
    variables: {},
    answer: { id: "i" },
    seen: ({ state }) => state.issues.get("i")?.status,
  },
  "a project's title": {
    document: 'mutation { data: updatePropertiesInProject(data: { title: "New" }, where: { id: "p" }) { id } }',
    variables: {},
    answer: { id: "p" },
    seen: ({ state }) => state.projects.get("p")?.title,
  },
  "a skip": {
    document: 'mutation { data: skipAsset(reason: "dark", where: { id: "a", project: { id: "p" } }) { id } }',
    variables: {},
    answer: { id: "a" },
    seen: (double) => assetA(double)?.skipped,
  },
  "back to the queue": {
    document: "mutation ($where: AssetWhere!) { data: sendBackAssetsToQueue(where: $where) { id } }",
    variables: { where: { idIn: ["a"] } },
    answer: { id: "p" },
    seen: (double) => assetA(double)?.status,
  },
  "on to review": {
    document: "mutation ($where: AssetWhere!) { data: addAllLabeledAssetsToReview(where: $where) { id } }",
    variables: { where: { idIn: ["a"] } },
    answer: { id: "p" },
    seen: (double) => assetA(double)?.status,
  },
  "back to the queue, as the SDK says it since 26.2": {
    document: `mutation ($where: AssetWhere!) { data: sendAssetsBackToQueue(where: $where) ${OUTCOME} }`,
    variables: { where: { idIn: ["a"] } },
    answer: DONE,
    seen: (double) => assetA(double)?.status,
  },
  "on to review, as the SDK says it since 26.2": {
    document: `mutation ($where: AssetWhere!) { data: addAssetsToReview(where: $where) ${OUTCOME} }`,
    variables: { where: { idIn: ["a"] } },
    answer: DONE,
    seen: (double) => assetA(double)?.status,
  },
  "a priority of several assets": {
    document: `mutation ($where: AssetWhere!, $priority: Int!) { data: setAssetsPriority(where: $where, priority: $priority) ${OUTCOME} }`,
    variables: { where: { idIn: ["a"] }, priority: 7 },
    answer: DONE,
    seen: (double) => assetA(double)?.priority,
  },
  consensus: {
    document: 'mutation { data: setAssetConsensus(projectId: "p", assetId: "a", isConsensus: true) }',
    variables: {},
    answer: true,
    seen: (double) => assetA(double)?.isUsedForConsensus,
  },
  "a label": {
    document: ADD_LABEL,
    variables: newLabel({ JOB: { text: "x" } }),
    answer: [{ id: "label-1" }],
    seen: ({ state }) => state.labels.size,
  },
  "a label by somebody": {
    document: ADD_LABEL,
    variables: newLabel({ JOB: { text: "x" } }, { authorID: "somebody" }),
    answer: [{ id: "label-1" }],
    seen: ({ state }) => state.labels.size,
  },
  "an issue": {
    document: CREATE,
    variables: open("x"),
    answer: [{ id: "issue-1" }],
    seen: ({ state }) => state.issues.size,
  },
};

/** As Kili is when the event comes: its label is new, everything else as it was for long. */
function furnish({ state }: KiliDouble): void {
  const updatedAt = "2026-01-01T00:00:00.000Z";
  const since = { createdAt: updatedAt, updatedAt };
  state.projects.set("p", { id: "p", title: "Old", updatedAt });
  const asset = { externalId: "a", projectId: "p", status: "LABELED", jsonMetadata: "{}", skipped: false };
  state.assets.set("a", { id: "a", ...asset, updatedAt });
  const label = { assetId: "a", labelType: "REVIEW", jsonResponse: "{}", isSentBackToQueue: false };
  state.labels.set("old", { id: "old", ...label, ...since });
  state.labels.set("l", { id: "l", ...label, createdAt: new Date().toISOString() });
  state.issues.set("i", { id: "i", assetId: "a", type: "ISSUE", status: "OPEN", comments: [], ...since });
}

describe.each(Object.entries(SAMPLES))("a lost write is looked for at Kili: %s", (name, sample) => {
  const { answer, document, seen, variables } = sample;
  const answers: KiliDoorAnswer[] = [];
  const rule = async ({ call }: Attempt): Promise<void> => void answers.push(await call(document, variables));
  const sent = ({ calls }: KiliDouble) => calls.filter(({ query }) => query.startsWith("mutation")).length;

  test("what was done is not done again", async () => {
    const host = async ({ attempt, double, pass }: Host): Promise<void> => {
      furnish(double);
      const before = seen(double);
      await attempt(rule, { place: "before it is answered", write: 1 });
      expect(seen(double)).not.toEqual(before);
      pass(SETTLED_MS);
      await attempt(rule);
      await attempt(rule);
      expect(answers.slice(-2)).toEqual([{ data: { data: answer } }, { data: { data: answer } }]);
      expect(sent(double)).toBe(1);
    };
    await onHost(`done ${name}`, host, ["p"]);
  });

  test("what was not done is, once Kili can no longer be at it", async () => {
    const host = async ({ attempt, double, pass }: Host): Promise<void> => {
      furnish(double);
      const before = seen(double);
      await attempt(rule, { place: "before it is sent", write: 1 });
      expect(seen(double)).toEqual(before);
      await attempt(rule);
      expect(answers.at(-1)).toMatchObject({ error: { name: "UnknownOutcome", retryAfterMs: SETTLED_MS } });
      pass(SETTLED_MS);
      await attempt(rule);
      expect(answers.at(-1)).toEqual({ data: { data: answer } });
      expect(seen(double)).not.toEqual(before);
      expect(sent(double)).toBe(1);
    };
    await onHost(`not done ${name}`, host, ["p"]);
  });
});

/** A label with the content that the samples add, by the owner of the host's key unless it says otherwise. */
function putLabel({ state }: KiliDouble, more: { readonly [field: string]: unknown }): void {
  const content = { assetId: "a", labelType: "REVIEW", jsonResponse: '{"JOB":{"text":"x"}}' };
  const createdAt = new Date().toISOString();
  state.labels.set("new", { ...content, author: { id: "kili-user" }, createdAt, ...more, id: "new" });
}

/** Later than any write that is lost at the start of a test can have come. */
const afterwards = () => new Date(Date.now() + SETTLED_MS + 2 * KILI_CLOCK_SKEW_MS).toISOString();

test("assets that are assigned do not tell by whom: a lost assignment is not sent again", async () => {
  const document = `mutation ($where: AssetWhere!, $userIds: [String!]!) {
    data: assignAssets(where: $where, userIds: $userIds) ${OUTCOME}
  }`;
  await onHost("assignment", async ({ attempt, double, pass }) => {
    furnish(double);
    const variables = { where: { idIn: ["a"] }, userIds: ["u"] };
    await attempt(async ({ call }) => void (await call(document, variables)), { place: "before it is sent", write: 1 });
    pass(SETTLED_MS);
    await attempt(async ({ call }) => {
      const error = { name: "UnknownOutcome", message: expect.stringContaining('"assignAssets"') as unknown };
      expect(await call(document, variables)).toEqual({ error });
    });
    expect(assetA(double)).not.toHaveProperty("toBeLabeledBy");
  });
});

test("an outcome of which Kili declined a part is the answer from then on, in words too", async () => {
  const document = `mutation ($where: AssetWhere!) { data: sendAssetsBackToQueue(where: $where) ${OUTCOME} }`;
  await onHost("declined", async ({ attempt, double }) => {
    furnish(double);
    double.state.assets.set("locked", { id: "locked", externalId: "locked", projectId: "p", outcome: "declined" });
    const outcome = { succeeded: [{ assetId: "a" }], declined: [{ assetId: "locked" }], failed: [] };
    for (const words of ["sent", "sent … before, answered from the journal"])
      await attempt(async ({ call, calls }) => {
        expect(await call(document, { where: { idIn: ["a", "locked"] } })).toEqual({ data: { data: outcome } });
        const [head = "", tail = ""] = words.split(" …");
        expect(calls[0]?.write).toBe(`${head} assets a and locked back to the queue${tail}, but Kili declined 1`);
      });
  });
});

describe("a lost write that Kili's data does not tell of without doubt is not sent again:", () => {
  const since = () => ({ updatedAt: new Date().toISOString() });
  test.each<[string, keyof typeof SAMPLES, (double: KiliDouble) => void]>([
    [
      "somebody has changed the value since",
      "metadata and a priority",
      ({ state }) => {
        const [asset] = state.assets.values();
        if (asset) state.assets.set("a", { ...asset, priority: 9, ...since() });
      },
    ],
    [
      "the asset is in the queue, and was not sent back to it",
      "back to the queue",
      ({ state }) => {
        const [asset] = state.assets.values();
        if (asset) state.assets.set("a", { ...asset, status: "ONGOING", ...since() });
      },
    ],
    ["the asset cannot be seen", "a skip", ({ state }) => void state.assets.delete("a")],
    [
      "a label came since, and it is another",
      "a label",
      ({ state }) => {
        const [label] = state.labels.values();
        const createdAt = new Date().toISOString();
        if (label) state.labels.set("new", { ...label, id: "new", createdAt, jsonResponse: '{"JOB":{"text":"y"}}' });
      },
    ],
    ["a label came since, by another than it names", "a label by somebody", (double) => putLabel(double, {})],
    [
      "a label came since, by another than the key's owner",
      "a label",
      (double) => putLabel(double, { author: { id: "labeler" } }),
    ],
    ["a label came since, nobody says by whom", "a label", (double) => putLabel(double, { author: null })],
    [
      "the same label came much later, and the asset has changed",
      "a label",
      (double) => {
        putLabel(double, { createdAt: afterwards() });
        const [asset] = double.state.assets.values();
        if (asset) double.state.assets.set("a", { ...asset, ...since() });
      },
    ],
    [
      "no label came, and the asset has changed: one may have been deleted",
      "a label",
      ({ state }) => {
        const [asset] = state.assets.values();
        if (asset) state.assets.set("a", { ...asset, ...since() });
      },
    ],
    ["no label came, and the asset cannot be seen", "a label", ({ state }) => void state.assets.delete("a")],
  ])("%s", async (name, sample, change) => {
    const { document, variables } = SAMPLES[sample] ?? { document: "", variables: {} };
    const host = async ({ attempt, double, pass }: Host): Promise<void> => {
      furnish(double);
      const rule = async ({ call }: Attempt): Promise<void> => {
        expect(await call(document, variables)).toMatchObject({ error: { name: "UnknownOutcome" } });
      };
      await attempt(rule, { place: "before it is sent", write: 1 });
      change(double);
      pass(SETTLED_MS);
      await attempt(rule);
      expect(double.calls.filter(({ query }) => query.startsWith("mutation"))).toEqual([]);
    };
    await onHost(`doubt ${name}`, host, ["p"]);
  });
});

test("a lost issue is not mistaken for one that came much later", async () => {
  const { document, variables } = SAMPLES["an issue"] ?? { document: "", variables: {} };
  const host = async ({ attempt, double, pass }: Host): Promise<void> => {
    furnish(double);
    const rule = async ({ call }: Attempt): Promise<void> => void (await call(document, variables));
    await attempt(rule, { place: "before it is sent", write: 1 });
    const later = { id: "later", assetId: "a", type: "ISSUE", status: "OPEN", createdAt: afterwards() };
    double.state.issues.set("later", { ...later, comments: [{ text: "x" }] });
    pass(SETTLED_MS);
    await attempt(rule);
    expect([...double.state.issues.keys()]).toEqual(["i", "later", "issue-1"]);
  };
  await onHost("later issue", host, ["p"]);
});

test.each([
  ["metadata and a priority", WRITE_SETTLE_MS],
  ["a label", SETTLED_MS],
  ["an issue", SETTLED_MS],
])("after a connection that broke Kili may still be at %s for %i ms", async (name, ms) => {
  const { document, variables } = SAMPLES[name] ?? { document: "", variables: {} };
  const host = async ({ attempt, double, pass }: Host): Promise<void> => {
    furnish(double);
    double.fail({ times: 1, status: 502 });
    await attempt(async ({ call }) => void (await call(document, variables)));
    await attempt(async ({ call }) => {
      expect(await call(document, variables)).toMatchObject({ error: { name: "UnknownOutcome", retryAfterMs: ms } });
    });
    pass(ms);
    await attempt(async ({ call }) => expect(await call(document, variables)).toMatchObject({ data: {} }));
    expect(double.calls.filter(({ query }) => query.startsWith("mutation"))).toHaveLength(2);
  };
  await onHost(`broken ${name}`, host, ["p"]);
});

test.each([
  ["a delete", WRITE_SETTLE_MS],
  ["metadata and a priority", WRITE_SETTLE_MS],
  ["back to the queue", WRITE_SETTLE_MS],
  ["a label", SETTLED_MS],
  ["an issue", SETTLED_MS],
])("after a crash of a supervised host Kili may still be at %s for %i ms", async (name, ms) => {
  const { document, variables } = SAMPLES[name] ?? { document: "", variables: {} };
  const host = async ({ attempt, double, restart }: Host): Promise<void> => {
    furnish(double);
    restart();
    await attempt(async ({ call }) => void (await call(document, variables)), { place: "before it is sent", write: 1 });
    restart();
    await attempt(async ({ call }) => {
      expect(await call(document, variables)).toMatchObject({ error: { name: "UnknownOutcome", retryAfterMs: ms } });
    });
  };
  await onHost(`crash ${name}`, host, ["p"]);
});

describe("a lost delete of a label in project q, by a version that may act on p and q", () => {
  const error = { error: { name: "UnknownOutcome" } };
  const gone = { data: { data: ["there"] } };
  test.each<[string, Place, readonly string[], boolean, object]>([
    ["was not made, and a version that may not act on q cannot say", "before it is sent", ["p"], true, error],
    ["was made, and a version that may not act on q cannot say", "before it is answered", ["p"], true, error],
    ["was made, as a version that may act on more can say", "before it is answered", ["p", "q", "r"], true, gone],
    ["was made, and nobody knows where it could be", "before it is answered", ["p", "q"], false, error],
  ])("%s", async (name, place, later, isKnown, answer) => {
    const host = async ({ allow, attempt, double, pass, sql }: Host): Promise<void> => {
      furnish(double);
      double.state.assets.set("b", { id: "b", externalId: "b", projectId: "q" });
      double.state.labels.set("there", { id: "there", assetId: "b", labelType: "DEFAULT", jsonResponse: "{}" });
      const rule = async ({ call }: Attempt): Promise<void> => void (await call(DELETE, { ids: ["there"] }));
      await attempt(rule, { place, write: 1 });
      // As an earlier release has journalled it.
      if (!isKnown) sql.exec("UPDATE write SET projects = NULL");
      allow(later);
      pass(SETTLED_MS);
      await attempt(async ({ call }) => {
        expect(await call(DELETE, { ids: ["there"] })).toMatchObject(answer);
      });
      expect(double.state.labels.has("there")).toBe(place === "before it is sent");
    };
    await onHost(`projects ${name}`, host, ["p", "q"]);
  });
});
