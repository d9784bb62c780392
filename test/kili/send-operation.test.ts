import { describe, expect, test } from "vitest";
import { sendOperation, type SendFailure } from "../../worker/kili/send-operation.ts";
import { describeSendFailure } from "../../worker/kili/describe-send-failure.ts";
import { uncounted } from "../../worker/kili/uncounted.ts";
import { MAX_KILI_ANSWER_BYTES, MAX_KILI_SENDS } from "../../worker/limits.ts";

const KEY = "top-secret-key";
const UPSTREAM = { endpoint: "https://kili.example/graphql", apiKey: KEY };
const READ = { kind: "query", text: "{ labels { id } }" } as const;
const WRITE = { kind: "mutation", text: "mutation { deleteLabels(ids: []) }" } as const;

/** Answers in turn; the last answer again for ever. */
function kili(...answers: (() => Response | Promise<Response>)[]) {
  const sent: [string, RequestInit][] = [];
  const slept: number[] = [];
  const deps = {
    fetch: async (url: string, init: RequestInit) => {
      const answer = answers[Math.min(sent.length, answers.length - 1)];
      sent.push([url, init]);
      if (answer === undefined) throw new Error("no answer");
      return answer();
    },
    sleep: async (ms: number) => void slept.push(ms),
    budget: uncounted(async (ms) => void slept.push(ms)),
    random: () => 0.5,
  };
  return { deps, sent, slept };
}

const good = () => Response.json({ data: { data: [{ id: "1" }] } });
const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response("<html>", { status: code, headers });

describe("sendOperation", () => {
  test("sends the key in Kili's form, and gives the data", async () => {
    const { deps, sent } = kili(good);
    expect(await sendOperation(UPSTREAM, READ, { where: { id: "x" } }, deps)).toEqual({
      ok: true,
      value: { data: [{ id: "1" }] },
    });
    const [url, init] = sent[0] ?? ["", {}];
    expect(url).toBe(UPSTREAM.endpoint);
    expect(new Headers(init.headers).get("authorization")).toBe(`X-API-Key: ${KEY}`);
    expect(init.redirect).toBe("manual");
    expect(JSON.parse(init.body as string)).toEqual({ query: READ.text, variables: { where: { id: "x" } } });
  });

  test("Kili's errors keep their words and path, whatever the status", async () => {
    const errors = [{ message: "[notFound] no such asset", path: ["data", 0, "id"] }, { message: "second" }];
    for (const code of [200, 400, 500]) {
      const { deps, sent } = kili(() => Response.json({ data: { data: null }, errors }, { status: code }));
      expect(await sendOperation(UPSTREAM, READ, {}, deps)).toEqual({
        ok: false,
        failure: { reason: "kili_error", message: "[notFound] no such asset", path: "data.0.id", code: null },
      });
      expect(sent).toHaveLength(1);
    }
  });

  test.each<[string, () => Response | Promise<Response>, SendFailure["reason"]]>([
    ["a redirect, which is not followed", status(302, { location: "https://evil.example/" }), "http_status"],
    ["a login page", status(200), "not_graphql"],
    ["an empty answer", () => new Response(null), "not_graphql"],
    ["JSON of another kind", () => Response.json([1, 2]), "not_graphql"],
    ["no data", () => Response.json({ data: null }), "not_graphql"],
    ["strange errors", () => Response.json({ errors: [{ message: 7, path: "x" }] }), "kili_error"],
    ["a status that says no", status(401), "http_status"],
    ["too much", () => new Response(new Uint8Array(MAX_KILI_ANSWER_BYTES + 1)), "answer_too_large"],
    ["a timeout", () => Promise.reject(new DOMException("signal timed out", "TimeoutError")), "timeout"],
  ])("%s is a failure, and not sent again", async (_, answer, reason) => {
    const { deps, sent } = kili(answer);
    const result = await sendOperation(UPSTREAM, READ, {}, deps);
    expect(!result.ok && result.failure.reason).toBe(reason);
    expect(sent).toHaveLength(1);
  });

  test("reads are sent again when Kili is busy or away, with growing pauses, up to the limit", async () => {
    for (const bad of [status(429), status(502), status(503), status(504), () => Promise.reject(new Error("reset"))]) {
      const once = kili(bad, good);
      expect((await sendOperation(UPSTREAM, READ, {}, once.deps)).ok).toBe(true);
      const always = kili(bad);
      expect((await sendOperation(UPSTREAM, READ, {}, always.deps)).ok).toBe(false);
      expect(always.sent).toHaveLength(MAX_KILI_SENDS);
      expect(always.slept).toEqual([...always.slept].sort((a, b) => a - b));
      expect(always.slept).toHaveLength(MAX_KILI_SENDS - 1);
    }
  });

  test("Retry-After is kept to, within bounds", async () => {
    const polite = kili(status(429, { "retry-after": "2" }), good);
    await sendOperation(UPSTREAM, READ, {}, polite.deps);
    expect(polite.slept).toEqual([2_000]);
    const rude = kili(status(429, { "retry-after": "99999" }), good);
    await sendOperation(UPSTREAM, READ, {}, rude.deps);
    expect(rude.slept).toEqual([5_000]);
  });

  test("a write that may have been done is never sent again, one that Kili turned away is", async () => {
    const turnedAway = kili(status(429), good);
    expect((await sendOperation(UPSTREAM, WRITE, {}, turnedAway.deps)).ok).toBe(true);
    expect(turnedAway.sent).toHaveLength(2);
    for (const bad of [status(500), status(503), () => Promise.reject(new Error("reset"))]) {
      const { deps, sent } = kili(bad, good);
      expect((await sendOperation(UPSTREAM, WRITE, {}, deps)).ok).toBe(false);
      expect(sent).toHaveLength(1);
    }
  });

  test("without leave nothing is sent, and each send takes leave of its own", async () => {
    const { deps, sent } = kili(status(503));
    let left = 2;
    const budget = { take: async () => left-- > 0, pause: async () => {} };
    expect(await sendOperation(UPSTREAM, READ, {}, { ...deps, budget })).toMatchObject({
      failure: { reason: "http_status", status: 503 },
    });
    expect(sent).toHaveLength(2);
    expect(await sendOperation(UPSTREAM, READ, {}, { ...deps, budget })).toEqual({
      ok: false,
      failure: { reason: "over_budget" },
    });
    expect(sent).toHaveLength(2);
  });

  test.each<[() => Response | Promise<Response>, string, string]>([
    [status(503), "Unavailable", "UnknownOutcome"],
    [status(500), "Unavailable", "UnknownOutcome"],
    [status(200), "Unavailable", "UnknownOutcome"],
    [() => Promise.reject(new Error("reset")), "Unavailable", "UnknownOutcome"],
    [() => Promise.reject(new DOMException("signal timed out", "TimeoutError")), "Unavailable", "UnknownOutcome"],
    [status(401), "Denied", "Denied"],
    [status(429), "RateLimited", "RateLimited"],
    [status(400), "KiliError", "KiliError"],
    [() => Response.json({ errors: [{ message: "[assetNotFound] no" }] }), "NotFound", "NotFound"],
    [() => Response.json({ errors: [{ message: "[unauthenticated] no" }] }), "Denied", "Denied"],
    [() => Response.json({ errors: [{ message: "no", extensions: { code: "FORBIDDEN" } }] }), "Denied", "Denied"],
    [() => Response.json({ errors: [{ message: "no", extensions: { code: 5 } }] }), "KiliError", "KiliError"],
  ])("%s has a name for a read and one for a write", async (answer, ofRead, ofWrite) => {
    const nameOf = async (operation: typeof READ | typeof WRITE): Promise<string> => {
      const sent = await sendOperation(UPSTREAM, operation, {}, kili(answer).deps);
      return sent.ok ? "ok" : describeSendFailure(sent.failure, "x", operation.kind).name;
    };
    expect([await nameOf(READ), await nameOf(WRITE)]).toEqual([ofRead, ofWrite]);
  });

  test("the key is in no failure, even if the other side repeats it", async () => {
    const echoes: (() => Response | Promise<Response>)[] = [
      () => Response.json({ errors: [{ message: `bad header "X-API-Key: ${KEY}" (${KEY})` }] }),
      () => Promise.reject(new Error(`cannot send Authorization: X-API-Key: ${KEY}`)),
      () => new Response(`you sent ${KEY}`, { status: 400, statusText: KEY }),
      () => new Response(KEY),
    ];
    for (const echo of echoes) {
      const result = await sendOperation(UPSTREAM, WRITE, {}, kili(echo).deps);
      if (result.ok) throw new Error("expected a failure");
      expect(JSON.stringify([result, describeSendFailure(result.failure, "deleteLabels", "mutation")])).not.toContain(
        KEY,
      );
    }
  });

  test("very long words are cut", async () => {
    const { deps } = kili(() => Response.json({ errors: [{ message: "x".repeat(100_000) }] }));
    const result = await sendOperation(UPSTREAM, READ, {}, deps);
    expect(JSON.stringify(result).length).toBeLessThan(3_000);
  });
});
