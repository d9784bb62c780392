// Writes that happen once: attempts at one event, each ended by a kill at one place on the way of one of its writes, on
// an inbox's real tables and against Kili's double. Time is the test's.
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { RunCall } from "../../schemas/run.ts";
import { openTables } from "../../worker/dispatch/open-tables.ts";
import { WriteJournal } from "../../worker/dispatch/write-journal.ts";
import { callKili } from "../../worker/execute/call-kili.ts";
import { KnownMembers } from "../../worker/kili/known-members.ts";
import { uncounted } from "../../worker/kili/uncounted.ts";
import { KILI_CALL_MS, MAX_JOURNALLED_ANSWER_CHARS, WRITE_SETTLE_MS } from "../../worker/limits.ts";
import { createKiliDouble, type KiliDouble } from "../kili-double/kili-double.ts";

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
  readonly pass: (ms: number) => void;
  readonly sql: SqlStorage;
}

/** An inbox and Kili. Attempts are at the same event unless they say otherwise. */
function onHost(name: string, work: (host: Host) => Promise<void>): Promise<void> {
  return runInDurableObject(env.INBOX.getByName(name), async (_, { storage }) => {
    let now = Date.now();
    const double = createKiliDouble("key");
    openTables(storage);
    await work({
      double,
      sql: storage.sql,
      pass: (ms) => void (now += ms),
      attempt: async (handle, kill, eventSeq = 1) => {
        const writes = new WriteJournal({ storage, now: () => now });
        const writer = { eventSeq, pluginName: "rule", met: new Map<string, number>() };
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
            { assetId: "a", labelId: "l", projectId: "p", kiliScopes: ["issues:*", "labels:*"], kiliProjects: ["*"] },
            document,
            variables,
            {
              run: {
                isUnderWay: async () => true,
                begin: async () => ({ type: "allowed", position: 1 }),
                refused: async () => {},
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
              known: new KnownMembers(),
              outbound: () => Promise.reject(new Error("no content is fetched here")),
              budget: uncounted(async () => {}),
              allowPrivate: [],
              upstream: { endpoint: "https://kili.example/graphql", apiKey: "key" },
              fetch: async (url, init) => {
                const answer = await double.handle(new Request(url, { ...init, signal: null }));
                if (typeof init.body === "string" && init.body.includes("mutation")) await at("before it is answered");
                return answer;
              },
              sleep: async () => {},
              now: () => now,
              random: () => 0,
              newId: () => "dry-run",
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
      pass(WRITE_SETTLE_MS);
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
      pass(WRITE_SETTLE_MS);
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
      pass(WRITE_SETTLE_MS);
      await attempt(async ({ call }) => {
        await call(CREATE, open("again"));
        await call(CREATE, open("again"));
      });
      expect(double.state.issues.size).toBe(2);
    });
  });
});
