// What is handed over together, what is tried again and when a caller is sent away: with a played clock and runtime.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebhookGatherer, type HandOverEnd } from "../../cli/ingress/webhook-gatherer.ts";
import type { BatchedAnswer } from "../../schemas/webhook-batch.ts";

const MIB = 1024 * 1024;
/** The pace and the rest of the gatherer. */
const PACE_MS = 50;
const REST_MS = 100;
const STEP_MS = 10;
const mebibyte = new Uint8Array(MIB);

interface Handed {
  /** The calls' names, in their order. */
  readonly names: readonly string[];
  readonly answer: (place: number, status?: number) => void;
  readonly end: (end: HandOverEnd) => void;
}

let gatherer: WebhookGatherer;
let handed: Handed[];
/** What each call was answered, in the order of the answers. */
let said: Map<string, BatchedAnswer>;
/** How the played runtime ends each batch by itself; without it, a test does. */
let endsWith: HandOverEnd | null;

beforeEach(() => {
  // Turns of the event loop are not played.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  handed = [];
  said = new Map();
  endsWith = null;
  gatherer = new WebhookGatherer({
    handOver: (batch, onAnswer) =>
      new Promise((end) => {
        const answer = (call: number, status = 202): void => {
          onAnswer({ call, status, retryAfter: null, body: batch[call]?.call.project ?? "none" });
        };
        handed.push({ names: batch.map(({ call }) => call.project ?? ""), answer, end });
        if (endsWith !== null) end(endsWith);
      }),
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  });
});

afterEach(() => void vi.useRealTimers());

/** A call that its project names. */
function send(name: string, body = new Uint8Array(1)): void {
  const call = { plugin: null, project: name, authorization: null, client: null, bodyBytes: body.byteLength };
  void gatherer.add({ call, body }).then((answer) => said.set(name, answer));
}

/** Lets what is due happen, then time pass, and what follows of it happen meanwhile. */
async function pass(ms = 0): Promise<void> {
  for (let left = ms; ; left -= STEP_MS) {
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    if (left <= 0) return;
    vi.advanceTimersByTime(Math.min(left, STEP_MS));
  }
}

function batch(place: number): Handed {
  const found = handed[place];
  if (found === undefined) throw new Error(`Cannot play batch ${place}: ${handed.length} were handed over`);
  return found;
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `call ${index}`);
}

function codeOf(name: string): unknown {
  const answer = said.get(name);
  const { error } = JSON.parse(answer?.body ?? "{}") as { error?: { code: string } };
  return answer && { status: answer.status, retryAfter: answer.retryAfter, code: error?.code };
}

const UNAVAILABLE = { status: 503, retryAfter: "5", code: "runtime_unavailable" };
const FULL = { status: 503, retryAfter: "5", code: "bodies_under_way" };
const STOPPING = { status: 503, retryAfter: "5", code: "shutting_down" };

describe("a batch", () => {
  it("is what came in one turn", async () => {
    for (const name of ["a", "b", "c"]) send(name);
    expect(handed).toEqual([]);
    await pass();
    send("d");
    await pass();
    expect(handed.map(({ names }) => names)).toEqual([["a", "b", "c"], ["d"]]);
  });

  it("has its answers given to whom they are for, in any order and before it ends", async () => {
    for (const name of ["a", "b", "c"]) send(name);
    await pass();
    batch(0).answer(2, 200);
    await pass();
    expect([...said.keys()]).toEqual(["c"]);
    batch(0).answer(0, 429);
    await pass();
    batch(0).answer(1);
    await pass();
    expect([...said]).toMatchObject([
      ["c", { status: 200, body: "c" }],
      ["a", { status: 429, body: "a" }],
      ["b", { status: 202, body: "b" }],
    ]);
    batch(0).end("answered");
    await pass(REST_MS);
    expect(handed).toHaveLength(1);
  });

  it("takes no answer twice, and none for a place it has not", async () => {
    send("a");
    send("b");
    await pass();
    for (const place of [7, -1, 0.5]) batch(0).answer(place);
    batch(0).answer(0, 200);
    batch(0).answer(0, 500);
    await pass();
    expect([...said]).toMatchObject([["a", { status: 200 }]]);
  });

  it("has 100 calls at most", async () => {
    for (const name of namesOf(250)) send(name);
    await pass();
    expect(handed.map(({ names }) => names.length)).toEqual([100, 100]);
    for (let place = 0; place < 100; place += 1) batch(1).answer(place);
    batch(1).end("answered");
    await pass();
    expect(handed.slice(0, 3).flatMap(({ names }) => names)).toEqual(namesOf(250));
  });

  it("has 1 MiB of bodies at most, or one call", async () => {
    const half = mebibyte.subarray(MIB / 2);
    send("a", half);
    send("b", half);
    send("c", new Uint8Array(MIB + 1));
    await pass();
    expect(handed.map(({ names }) => names)).toEqual([["a", "b"], ["c"]]);
    await pass(PACE_MS);
    send("d", half);
    send("e", new Uint8Array(MIB / 2 + 1));
    await pass();
    expect(handed.slice(2).map(({ names }) => names)).toEqual([["d"], ["e"]]);
  });
});

describe("batches at once", () => {
  it("are two, and the next goes as soon as one has ended", async () => {
    for (const name of ["a", "b", "c", "d"]) {
      send(name);
      await pass();
    }
    expect(handed.map(({ names }) => names)).toEqual([["a"], ["b"]]);
    batch(1).answer(0);
    await pass();
    expect(handed).toHaveLength(2);
    batch(1).end("answered");
    await pass();
    expect(handed.map(({ names }) => names)).toEqual([["a"], ["b"], ["c", "d"]]);
  });

  it("keep nothing back once they take longer than the pace, and leave one place each", async () => {
    for (const name of ["a", "b", "c"]) {
      send(name);
      await pass();
    }
    await pass(PACE_MS - 1);
    expect(handed).toHaveLength(2);
    await pass(1);
    expect(handed.map(({ names }) => names)).toEqual([["a"], ["b"], ["c"]]);
    send("d");
    await pass();
    send("e");
    for (const slow of [0, 1]) {
      batch(slow).answer(0);
      batch(slow).end("answered");
    }
    await pass();
    expect(handed.map(({ names }) => names)).toEqual([["a"], ["b"], ["c"], ["d"]]);
    expect([...said.keys()]).toEqual(["a", "b"]);
    batch(2).end("answered");
    await pass();
    expect(handed[4]?.names).toContain("e");
  });
});

describe("a runtime that does not answer", () => {
  it("that was not reached is tried again, by itself, until it is", async () => {
    endsWith = "unreached";
    send("a");
    await pass(1_000);
    expect(handed.length).toBeGreaterThan(5);
    endsWith = null;
    await pass(REST_MS);
    handed.at(-1)?.answer(0);
    await pass();
    expect(said.get("a")).toMatchObject({ status: 202, body: "a" });
  });

  it("that was not reached is waited for 30 s, and no longer", async () => {
    endsWith = "unreached";
    send("a");
    await pass(29_000);
    expect([...said]).toEqual([]);
    await pass(2_000);
    expect(codeOf("a")).toEqual(UNAVAILABLE);
    const tries = handed.length;
    await pass(10_000);
    expect(handed).toHaveLength(tries);
  });

  it("that failed under a call gets it three times", async () => {
    endsWith = "lost";
    send("a");
    await pass(10_000);
    expect(handed.map(({ names }) => names)).toEqual([["a"], ["a"], ["a"]]);
    expect(codeOf("a")).toEqual(UNAVAILABLE);
  });

  it("that failed after a while gets the rest again, by itself", async () => {
    for (const name of ["a", "b", "c"]) send(name);
    await pass(2 * PACE_MS);
    batch(0).answer(1);
    batch(0).end("lost");
    await pass(REST_MS);
    expect(handed.map(({ names }) => names)).toEqual([
      ["a", "b", "c"],
      ["a", "c"],
    ]);
    expect([...said.keys()]).toEqual(["b"]);
    batch(1).answer(1);
    batch(1).answer(0);
    await pass();
    expect([...said]).toMatchObject([
      ["b", { body: "b" }],
      ["c", { body: "c" }],
      ["a", { body: "a" }],
    ]);
  });

  it("that says it answered and has not answered all gets the rest three times", async () => {
    endsWith = "answered";
    send("a");
    await pass(10_000);
    expect(handed).toHaveLength(3);
    expect(codeOf("a")).toEqual(UNAVAILABLE);
  });

  it("that was not reached in between loses no call by that", async () => {
    send("a");
    for (const [place, end] of (["lost", "unreached", "unreached", "unreached", "lost", "lost"] as const).entries()) {
      await pass(REST_MS);
      expect([...said]).toEqual([]);
      batch(place).end(end);
    }
    await pass(REST_MS);
    expect(codeOf("a")).toEqual(UNAVAILABLE);
  });

  it("gets what it did not answer before what came since", async () => {
    send("a");
    send("b");
    await pass(10);
    send("c");
    await pass(10);
    // Both places are taken: what comes now waits.
    send("d");
    await pass(10);
    batch(1).end("unreached");
    batch(0).end("unreached");
    await pass(REST_MS + PACE_MS);
    const names = handed.slice(2).flatMap((each) => each.names);
    expect(names.filter((name) => name !== "d")).toEqual(["a", "b", "c"]);
    expect(names).toContain("d");
  });

  it("keeps the order of what is tried again together with what waits", async () => {
    endsWith = "unreached";
    for (const name of ["a", "b", "c", "d", "e"]) {
      send(name);
      await pass(1);
    }
    await pass(1_000);
    endsWith = null;
    const before = handed.length;
    await pass(1_000);
    const names = handed.slice(before).flatMap((each) => each.names);
    expect(names.toSorted()).toEqual(["a", "b", "c", "d", "e"]);
    for (const each of handed) expect(each.names).toEqual(each.names.toSorted());
  });
});

/** What is counted for each call besides its body. */
const CALL_BYTES = 2 * 1024;
const almost = new Uint8Array(MIB - CALL_BYTES);

describe("what is held", () => {
  it("is 64 MiB of bodies at most, and there is room again afterwards", async () => {
    for (const name of namesOf(64)) send(name, almost);
    send("one more");
    await pass();
    expect([...said.keys()]).toEqual(["one more"]);
    expect(codeOf("one more")).toEqual(FULL);
    batch(0).answer(0);
    await pass();
    send("too large", new Uint8Array(almost.byteLength + 1));
    send("fits", almost);
    send("another");
    await pass();
    expect([...said.keys()]).toEqual(["one more", "call 0", "too large", "another"]);
    expect(codeOf("too large")).toEqual(FULL);
    expect(codeOf("another")).toEqual(FULL);
  });

  it("counts no more once it was given up", async () => {
    endsWith = "lost";
    for (const name of namesOf(64)) send(name, almost);
    await pass(60_000);
    for (const name of namesOf(64)) expect(codeOf(name)).toEqual(UNAVAILABLE);
    endsWith = null;
    send("a", new Uint8Array(64 * MIB - CALL_BYTES));
    await pass();
    expect(handed.at(-1)?.names).toEqual(["a"]);
  });
});

describe("close", () => {
  it("answers what waits, lets the rest be answered and takes nothing any more", async () => {
    for (const name of ["a", "b", "c"]) {
      send(name);
      await pass();
    }
    gatherer.close();
    send("d");
    await pass();
    expect([...said.keys()].toSorted()).toEqual(["c", "d"]);
    expect(codeOf("c")).toEqual(STOPPING);
    expect(codeOf("d")).toEqual(STOPPING);
    batch(0).answer(0);
    batch(1).end("lost");
    await pass(60_000);
    expect(said.get("a")).toMatchObject({ status: 202 });
    expect(said.get("b")).toMatchObject({ status: 503 });
    expect(handed).toHaveLength(2);
  });

  it("answers what waits for a runtime that is not there", async () => {
    endsWith = "unreached";
    send("a");
    await pass(10);
    gatherer.close();
    await pass();
    expect(codeOf("a")).toEqual(STOPPING);
    await pass(60_000);
    expect(handed).toHaveLength(1);
  });
});
