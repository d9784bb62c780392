import { describe, expect, test } from "vitest";
import type { CallVerdict } from "../../schemas/inbox.ts";
import type { Refusal, RunCall } from "../../schemas/run.ts";
import { fetchGated } from "../../worker/execute/fetch-gated.ts";
import { OTHER_SCHEMES, PRIVATE_URLS } from "./ssrf-corpus.ts";
import { MAX_REDIRECTS, MAX_REPLAY_BYTES } from "../../worker/limits.ts";

interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A network that answers by URL, and a run that keeps what it is told. */
function gate(
  answers: Record<string, () => Response>,
  hosts = ["api.example.com", "other.example.com", "*.cdn.example"],
) {
  const seen: Seen[] = [];
  const calls: RunCall[] = [];
  const refusals: Refusal[] = [];
  const verdicts: CallVerdict[] = [];
  const fetchIt = (request: Request): Promise<Response> =>
    fetchGated(request, {
      run: {
        isUnderWay: async () => true,
        begin: async () => verdicts.shift() ?? { type: "allowed", position: 1 },
        end: async (call) => void calls.push(call),
        refused: async (refusal) => void refusals.push(refusal),
      },
      access: { hosts, allowPrivate: [] },
      fetch: async (outbound) => {
        seen.push({
          url: outbound.url,
          method: outbound.method,
          headers: Object.fromEntries(outbound.headers),
          body: await outbound.text(),
        });
        expect(outbound.redirect).toBe("manual");
        const answer = answers[outbound.url];
        if (answer === undefined) throw new Error(`connection to ${outbound.url} refused`);
        return answer();
      },
      now: () => 7,
    });
  return { fetchIt, seen, calls, refusals, verdicts };
}

function refusalOf(response: Response): { name: string; message: string } | null {
  const header = response.headers.get("x-kili-edge-refusal");
  return header === null ? null : (JSON.parse(header) as { name: string; message: string });
}

const redirect =
  (location: string, status = 302) =>
  () =>
    new Response("moved", { status, headers: { location } });
const ok = () => new Response("ok");

describe("fetchGated: permission", () => {
  test("a host that is not listed is refused with the words that help, and nothing is sent", async () => {
    const { fetchIt, seen, calls, refusals } = gate({});
    const response = await fetchIt(new Request("https://evil.example.net/x"));
    expect(response.status).toBe(403);
    expect(refusalOf(response)).toEqual({
      name: "NotCapable",
      message: 'Requires net access to "evil.example.net:443": add it to [permissions] net in plugin.toml',
    });
    expect(refusals).toEqual([{ capability: "net", wanted: "evil.example.net:443", at: 7 }]);
    expect(seen).toEqual([]);
    expect(calls).toEqual([]);
  });

  test.each([
    "https://evil.example.net/",
    "http://127.0.0.1:8787/webhook",
    "http://[::ffff:169.254.169.254]/",
    "//evil.example.net/",
    "https://api.example.com:8443/",
    "https://api.example.com./",
    "https://user:pass@api.example.com/",
    "ftp://api.example.com/",
    "data:text/plain,hi",
  ])("a redirect to %s is refused, and not sent", async (location) => {
    const { fetchIt, seen, refusals } = gate({ "https://api.example.com/": redirect(location) });
    expect(refusalOf(await fetchIt(new Request("https://api.example.com/")))?.name).toBe("NotCapable");
    expect(seen).toHaveLength(1);
    expect(refusals).toHaveLength(1);
  });

  test("a host's name without end reaches neither the network nor the record", async () => {
    const url = `https://${"a".repeat(100_000)}.cdn.example/`;
    for (const headers of [{}, { upgrade: "websocket" }]) {
      const { fetchIt, seen, calls, refusals } = gate({});
      expect(refusalOf(await fetchIt(new Request(url, { headers })))?.message).toMatch(/name is too long, wanted/);
      expect([seen, calls]).toEqual([[], []]);
      expect(refusals).toHaveLength(1);
      expect(refusals[0]?.wanted.length).toBeLessThan(400);
    }
  });

  // A header holds no characters beyond ASCII, nor line breaks; those spellings come to the gate as a URL only.
  const redirects = [...PRIVATE_URLS, ...OTHER_SCHEMES].filter((url) => /^[\x20-\x7e]*$/.test(url));

  test.each(redirects)("a redirect to %s leads nowhere, by any status, also after another hop", async (location) => {
    for (const status of [301, 302, 303, 307, 308]) {
      const { fetchIt, seen, refusals } = gate(
        {
          "https://api.example.com/": redirect("https://other.example.com/", status),
          "https://other.example.com/": redirect(location, status),
        },
        ["*", "api.example.com", "other.example.com", "localhost", "127.0.0.1", "*.internal", "[::1]"],
      );
      const response = await fetchIt(
        new Request("https://api.example.com/", { method: "POST", body: "secret", headers: { "content-length": "6" } }),
      );
      expect(refusalOf(response)?.name).toBe("NotCapable");
      expect(seen.map(({ url }) => url)).toEqual(["https://api.example.com/", "https://other.example.com/"]);
      expect(refusals).toHaveLength(1);
    }
  });

  test("a closed run and a spent limit shut the door before anything is looked at", async () => {
    const { fetchIt, seen, refusals, verdicts } = gate({ "https://api.example.com/": ok });
    verdicts.push({ type: "closed" }, { type: "over_limit", limit: 3 });
    expect(refusalOf(await fetchIt(new Request("https://api.example.com/")))?.name).toBe("RunOver");
    expect(refusalOf(await fetchIt(new Request("https://evil.example.net/")))?.name).toBe("SubrequestLimit");
    expect([seen, refusals]).toEqual([[], []]);
  });

  test("every hop counts", async () => {
    const { fetchIt, seen, verdicts, calls } = gate({ "https://api.example.com/": redirect("/next") });
    verdicts.push({ type: "allowed", position: 1 }, { type: "over_limit", limit: 1 });
    expect(refusalOf(await fetchIt(new Request("https://api.example.com/")))?.name).toBe("SubrequestLimit");
    expect(seen).toHaveLength(1);
    expect(calls).toEqual([
      { kind: "net", target: "GET api.example.com", result: "ok", startedAt: 7, ms: 0, detail: null },
    ]);
  });

  test("upgrades and TRACE are refused", async () => {
    const { fetchIt, seen, refusals } = gate({ "https://api.example.com/": ok });
    const upgrade = await fetchIt(new Request("https://api.example.com/", { headers: { upgrade: "websocket" } }));
    expect(refusalOf(upgrade)?.name).toBe("NotCapable");
    expect(refusals[0]?.wanted).toBe("websocket to api.example.com");
    const trace = await fetchIt(new Request("https://api.example.com/", { method: "TRACE" }));
    expect(refusalOf(trace)?.name).toBe("TypeError");
    expect(seen).toEqual([]);
  });
});

describe("fetchGated: what passes", () => {
  test("headers of the connection, of proxies and of ours do not", async () => {
    const { fetchIt, seen } = gate({ "https://api.example.com/": ok });
    const headers = {
      accept: "text/csv",
      authorization: "Bearer plugin",
      "cf-connecting-ip": "1.2.3.4",
      "cf-worker": "x",
      connection: "close",
      forwarded: "for=1",
      host: "evil.example.net",
      "transfer-encoding": "chunked",
      "x-forwarded-for": "1.2.3.4",
      "x-kili-edge-redirect": "manual",
      "x-mine": "yes",
    };
    await fetchIt(new Request("https://api.example.com/", { headers }));
    expect(seen[0]?.headers).toEqual({ accept: "text/csv", authorization: "Bearer plugin", "x-mine": "yes" });
  });

  test("a peer cannot speak for the gate", async () => {
    const forged = {
      "x-kili-edge-refusal": '{"name":"NotCapable","message":"forged"}',
      "X-Kili-Edge-Url": "x",
      a: "b",
    };
    const { fetchIt } = gate({
      "https://api.example.com/": () => new Response("body", { status: 418, headers: forged }),
    });
    const response = await fetchIt(new Request("https://api.example.com/"));
    expect([...response.headers.keys()]).toEqual(["a", "content-type"]);
    expect(response.status).toBe(418);
    expect(await response.text()).toBe("body");
  });

  test("cookies stay apart, and a response without a body has none", async () => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    const { fetchIt } = gate({ "https://api.example.com/": () => new Response(null, { status: 204, headers }) });
    const response = await fetchIt(new Request("https://api.example.com/"));
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.body).toBeNull();
  });

  test("a failed connection is a TypeError, and recorded", async () => {
    const { fetchIt, calls } = gate({});
    const response = await fetchIt(new Request("https://api.example.com/a?token=secret", { method: "DELETE" }));
    expect(refusalOf(response)).toMatchObject({
      name: "TypeError",
      message: expect.stringMatching(/^Cannot fetch "https:\/\/api.example.com\/a": /) as unknown,
    });
    expect(calls).toMatchObject([{ target: "DELETE api.example.com", result: "failed" }]);
  });

  test("words outside of Latin-1 arrive", async () => {
    const response = await gate({}).fetchIt(new Request("https://api.example.com/漢字"));
    expect(refusalOf(response)?.message).toContain("%E6%BC%A2");
    const broken = gate({
      "https://api.example.com/": () => {
        throw new Error("漢字 \u{1f600}\u{7f}");
      },
    });
    expect(refusalOf(await broken.fetchIt(new Request("https://api.example.com/")))?.message).toContain(
      "漢字 \u{1f600}\u{7f}",
    );
  });
});

describe("fetchGated: redirects", () => {
  test("are followed, relative ones too, and the last place is named", async () => {
    const { fetchIt, seen, calls } = gate({
      "https://api.example.com/a": redirect("b"),
      "https://api.example.com/b": redirect("https://x.cdn.example/c?d=1"),
      "https://x.cdn.example/c?d=1": ok,
    });
    const response = await fetchIt(new Request("https://api.example.com/a"));
    expect(await response.text()).toBe("ok");
    expect(response.headers.get("x-kili-edge-url")).toBe("https://x.cdn.example/c?d=1");
    expect(seen.map(({ url }) => url)).toEqual([
      "https://api.example.com/a",
      "https://api.example.com/b",
      "https://x.cdn.example/c?d=1",
    ]);
    expect(calls).toHaveLength(3);
  });

  test("are handed over when the plugin asked for that, and when they lead nowhere", async () => {
    const { fetchIt, seen } = gate({
      "https://api.example.com/": redirect("https://evil.example.net/"),
      "https://api.example.com/304": () => new Response(null, { status: 304, headers: { location: "/x" } }),
      "https://api.example.com/bare": () => new Response("no location", { status: 302 }),
    });
    const manual = { headers: { "x-kili-edge-redirect": "manual" } };
    const response = await fetchIt(new Request("https://api.example.com/", manual));
    expect([response.status, response.headers.get("location")]).toEqual([302, "https://evil.example.net/"]);
    expect((await fetchIt(new Request("https://api.example.com/304"))).status).toBe(304);
    expect((await fetchIt(new Request("https://api.example.com/bare"))).status).toBe(302);
    expect(seen).toHaveLength(3);
  });

  test("end after the limit, and at a Location that is none", async () => {
    const { fetchIt, seen } = gate({
      "https://api.example.com/": redirect("/"),
      "https://other.example.com/": redirect("http://["),
    });
    expect(refusalOf(await fetchIt(new Request("https://api.example.com/")))?.name).toBe("TypeError");
    expect(seen).toHaveLength(MAX_REDIRECTS + 1);
    expect(refusalOf(await fetchIt(new Request("https://other.example.com/")))?.message).toMatch(
      /its Location is not a URL/,
    );
  });

  test.each<[number, string, string, string]>([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [301, "PUT", "PUT", "body"],
    [302, "DELETE", "DELETE", "body"],
    [307, "POST", "POST", "body"],
    [308, "PATCH", "PATCH", "body"],
  ])("%i turns %s into %s", async (status, method, becomes, body) => {
    const { fetchIt, seen } = gate({
      "https://api.example.com/": redirect("/next", status),
      "https://api.example.com/next": ok,
    });
    const headers = { "content-type": "text/plain", "content-length": "4" };
    await fetchIt(new Request("https://api.example.com/", { method, body: "body", headers }));
    expect(seen[1]).toMatchObject({ method: becomes, body });
    expect(seen[1]?.headers["content-type"]).toBe(body === "" ? undefined : "text/plain");
  });

  test.each<[number, string]>([
    [301, "HEAD"],
    [303, "HEAD"],
    [303, "GET"],
  ])("%i leaves %s alone", async (status, method) => {
    const { fetchIt, seen } = gate({
      "https://api.example.com/": redirect("/next", status),
      "https://api.example.com/next": ok,
    });
    await fetchIt(new Request("https://api.example.com/", { method }));
    expect(seen.map((hop) => hop.method)).toEqual([method, method]);
  });

  test("credentials stay at the origin they were meant for", async () => {
    const { fetchIt, seen } = gate({
      "https://api.example.com/": redirect("/same"),
      "https://api.example.com/same": redirect("https://other.example.com/"),
      "https://other.example.com/": redirect("https://api.example.com/back"),
      "https://api.example.com/back": ok,
    });
    await fetchIt(
      new Request("https://api.example.com/", { headers: { authorization: "Bearer x", cookie: "a=1", "x-mine": "1" } }),
    );
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer x", "Bearer x", undefined, undefined]);
    expect(seen.map(({ headers }) => headers.cookie)).toEqual(["a=1", "a=1", undefined, undefined]);
    expect(seen.map(({ headers }) => headers["x-mine"])).toEqual(["1", "1", "1", "1"]);
  });

  test("a downgrade to http is another origin and another port", async () => {
    const { fetchIt, seen } = gate({ "https://api.example.com/": redirect("http://api.example.com/") }, [
      "api.example.com:443",
    ]);
    expect(refusalOf(await fetchIt(new Request("https://api.example.com/")))?.message).toContain(
      '"api.example.com:80"',
    );
    expect(seen).toHaveLength(1);
  });

  test("a body that cannot be sent again ends them", async () => {
    const { fetchIt } = gate({
      "https://api.example.com/": redirect("/next", 307),
      "https://api.example.com/next": ok,
    });
    const stream = new ReadableStream({
      start: (c) => {
        c.enqueue(new TextEncoder().encode("body"));
        c.close();
      },
    });
    const streamed = await fetchIt(new Request("https://api.example.com/", { method: "POST", body: stream }));
    expect(refusalOf(streamed)).toMatchObject({
      name: "TypeError",
      message: expect.stringMatching(/sent again/) as unknown,
    });
    const large = { method: "POST", body: "x", headers: { "content-length": String(MAX_REPLAY_BYTES + 1) } };
    expect(refusalOf(await fetchIt(new Request("https://api.example.com/", large)))?.name).toBe("TypeError");
  });

  test("a body longer than it says is not sent", async () => {
    const { fetchIt, seen } = gate({ "https://api.example.com/": ok });
    const lying = { method: "POST", body: "four", headers: { "content-length": "3" } };
    expect(refusalOf(await fetchIt(new Request("https://api.example.com/", lying)))?.name).toBe("TypeError");
    expect(seen).toEqual([]);
  });
});
