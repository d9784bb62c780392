// Labels' contents that Kili keeps behind URLs: which are fetched, from where, and with what.
import { describe, expect, test } from "vitest";
import { checkOperation } from "../../worker/kili/check-operation.ts";
import { findContents } from "../../worker/kili/find-contents.ts";
import { fetchContent } from "../../worker/execute/fetch-content.ts";
import { fillContents } from "../../worker/execute/fill-contents.ts";
import { MAX_KILI_CONTENT_BYTES, MAX_KILI_CONTENTS } from "../../worker/limits.ts";

const UPSTREAM = { endpoint: "https://kili.example.com/api/label/v2/graphql", apiKey: "the-key" };

function operationOf(selection: string) {
  const document = `{ data: labels(where: {}, first: 1, skip: 0) { ${selection} } }`;
  const checked = checkOperation(document, ["labels:read"]);
  if (!checked.ok) throw new Error(JSON.stringify(checked.failure));
  return checked.value;
}

/** A network that answers by URL. */
function network(answers: Readonly<Record<string, () => Response>>) {
  const seen: [url: string, authorization: string | null][] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    seen.push([url, new Headers(init.headers).get("authorization")]);
    expect(init.redirect).toBe("manual");
    const answer = answers[url];
    if (answer === undefined) throw new Error(`no route, the-key`);
    return answer();
  };
  return { seen, source: { upstream: UPSTREAM, allowPrivate: [] as string[], fetch, outbound: fetch } };
}

test("fetchContent goes to Kili by one way, and to the rest of the world by another", async () => {
  const taken: string[] = [];
  const by = (way: string) => async () => {
    taken.push(way);
    return way === "kili"
      ? new Response(null, { status: 302, headers: { location: "https://files.example.com/1" } })
      : new Response("{}");
  };
  const source = { upstream: UPSTREAM, allowPrivate: [], fetch: by("kili"), outbound: by("outbound") };
  expect(await fetchContent(new URL("files/1", UPSTREAM.endpoint).href, source, { bytes: 9 })).toEqual({
    ok: true,
    value: "{}",
  });
  expect(taken).toEqual(["kili", "outbound"]);
});

describe("findContents", () => {
  const row = { jsonResponse: "{}", jsonResponseUrl: "https://files.example.com/1" };

  test("finds labels where the selections lead, also through fragments and lists", () => {
    const data = {
      data: [
        { labelOf: { labels: [{ ...row }] }, ...row },
        { jsonResponseUrl: null, jsonResponse: "" },
      ],
    };
    const both = "jsonResponse jsonResponseUrl";
    expect(findContents(operationOf(`${both} labelOf { labels { ...{ ${both} } } }`), data)).toHaveLength(2);
    expect(findContents(operationOf("jsonResponse"), data)).toEqual([]);
    expect(findContents(operationOf("jsonResponseUrl"), data)).toEqual([]);
  });

  test("is not led on by aliases, or by data that looks like a label", () => {
    const data = { data: [{ ...row, search: { ...row, data: [row] } }] };
    expect(findContents(operationOf("jsonResponse jsonResponseUrl: modelName"), data)).toEqual([]);
    expect(findContents(operationOf("jsonResponse: id jsonResponseUrl"), data)).toEqual([]);
    expect(findContents(operationOf("jsonResponse jsonResponseUrl search"), data)).toHaveLength(1);
    expect(findContents(operationOf("x: jsonResponseUrl search"), { data: [{ search: row }] })).toEqual([]);
  });
});

describe("fetchContent", () => {
  test("Kili's own files get the key, others never do", async () => {
    const own = "https://kili.example.com/api/label/v2/files?id=1";
    const bucket = "https://storage.example.com/signed?x=1";
    const { seen, source } = network({ [own]: () => new Response("own"), [bucket]: () => new Response("bucket") });
    expect(await fetchContent(own, source, { bytes: 100 })).toEqual({ ok: true, value: "own" });
    expect(await fetchContent(bucket, source, { bytes: 100 })).toEqual({ ok: true, value: "bucket" });
    expect(seen).toEqual([
      [own, "X-API-Key: the-key"],
      [bucket, null],
    ]);
  });

  test("a host that only begins like Kili's gets no key", async () => {
    const url = "https://kili.example.com.evil.example/1";
    const { seen, source } = network({ [url]: () => new Response("x") });
    await fetchContent(
      url,
      { ...source, upstream: { ...UPSTREAM, endpoint: "https://kili.example.com" } },
      { bytes: 9 },
    );
    expect(seen).toEqual([[url, null]]);
  });

  test.each([
    "http://storage.example.com/1",
    "https://127.0.0.1/1",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/1",
    "https://localhost./1",
    "https://[::1]/1",
    "https://user:pass@storage.example.com/1",
    "https://kili.internal/1",
    "file:///etc/passwd",
    "data:application/json,{}",
    "not a URL",
    "",
  ])("%j is not fetched", async (url) => {
    const { seen, source } = network({});
    expect(await fetchContent(url, source, { bytes: 100 })).toMatchObject({ ok: false });
    expect(seen).toEqual([]);
  });

  test("redirects are checked like the first URL, lose the key, and end", async () => {
    const to = (location: string) => () => new Response(null, { status: 302, headers: { location } });
    const own = "https://kili.example.com/api/label/v2/files?id=1";
    const away = network({
      [own]: to("https://storage.example.com/1"),
      "https://storage.example.com/1": () => new Response("x"),
    });
    expect(await fetchContent(own, away.source, { bytes: 100 })).toEqual({ ok: true, value: "x" });
    expect(away.seen[1]).toEqual(["https://storage.example.com/1", null]);
    const inside = network({ [own]: to("http://10.0.0.1/") });
    expect(await fetchContent(own, inside.source, { bytes: 100 })).toMatchObject({ ok: false });
    expect(inside.seen).toHaveLength(1);
    const round = network({ [own]: to(own) });
    expect(await fetchContent(own, round.source, { bytes: 100 })).toMatchObject({ ok: false });
    expect(round.seen.length).toBeLessThan(5);
  });

  test("a private host that the deployment names is let through", async () => {
    const url = "https://minio.internal/1";
    const { source } = network({ [url]: () => new Response("x") });
    expect(await fetchContent(url, { ...source, allowPrivate: ["minio.internal:443"] }, { bytes: 9 })).toMatchObject({
      ok: true,
    });
  });

  test("too large, a bad status and no connection are failures that name the host only", async () => {
    const { source } = network({
      "https://storage.example.com/large?sig=secret": () => new Response("x".repeat(101)),
      "https://storage.example.com/gone?sig=secret": () => new Response("no", { status: 403 }),
    });
    for (const path of ["large", "gone", "nowhere"]) {
      const fetched = await fetchContent(`https://storage.example.com/${path}?sig=secret`, source, { bytes: 100 });
      expect(fetched.ok).toBe(false);
      expect(JSON.stringify(fetched)).not.toMatch(/secret|the-key/);
    }
  });
});

describe("fillContents", () => {
  const operation = operationOf("jsonResponse jsonResponseUrl");
  const rows = (count: number) => ({
    data: Array.from({ length: count }, (_, index) => ({
      jsonResponse: "{}",
      jsonResponseUrl: `https://storage.example.com/${index}`,
    })),
  });

  test("puts every content where it belongs", async () => {
    const routes = Array.from({ length: 12 }, (_, index) => [
      `https://storage.example.com/${index}`,
      () => new Response(`{"of":${index}}`),
    ]);
    const { source } = network(Object.fromEntries(routes) as Record<string, () => Response>);
    const data = rows(12);
    expect(await fillContents(operation, data, source)).toBeNull();
    expect(data.data.map((row) => row.jsonResponse)).toEqual(
      Array.from({ length: 12 }, (_, index) => `{"of":${index}}`),
    );
  });

  test("those that are fetched at once share what may be read", async () => {
    const quarter = new Uint8Array(MAX_KILI_CONTENT_BYTES / 4);
    let read = 0;
    const large = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            read += quarter.byteLength;
            controller.enqueue(quarter);
          },
        }),
      );
    const routes = Array.from({ length: 5 }, (_, index) => [`https://storage.example.com/${index}`, large]);
    const { source } = network(Object.fromEntries(routes) as Record<string, () => Response>);
    expect(await fillContents(operation, rows(5), source)).toMatch(/the contents are over/);
    // Each body may have one piece more under way than is read.
    expect(read).toBeLessThanOrEqual(MAX_KILI_CONTENT_BYTES * 4);
  });

  test("one that fails fails all, and too many are not begun", async () => {
    const { seen, source } = network({});
    expect(await fillContents(operation, rows(1), source)).toMatch(/storage\.example\.com/);
    seen.length = 0;
    expect(await fillContents(operation, rows(MAX_KILI_CONTENTS + 1), source)).toMatch(/at most/);
    expect(seen).toEqual([]);
  });
});
