import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOT_URLS, OTHER_SCHEMES, PRIVATE_URLS } from "./ssrf-corpus.ts";
import { checkWebhookUrl } from "../../worker/execute/check-webhook-url.ts";
import { checkUrl, type UrlFailure } from "../../worker/execute/check-url.ts";

const ANYWHERE = [
  "127.0.0.1",
  "127.0.0.1:8080",
  "localhost",
  "[::1]",
  "169.254.169.254",
  "10.0.0.1",
  "metadata.google.internal",
  "*.localhost",
  "*.internal",
  "*.local",
  "*.com",
  "api.example.com",
];

function reasonOf(
  url: string,
  hosts: readonly string[],
  allowPrivate: readonly string[] = [],
): UrlFailure["reason"] | "ok" {
  const checked = checkUrl(url, { hosts, allowPrivate });
  return checked.ok ? "ok" : checked.failure.reason;
}

describe("checkUrl: private addresses are refused in every spelling, listed or not", () => {
  test.each(PRIVATE_URLS)("%s", (url) => expect(reasonOf(url, ANYWHERE)).toBe("private_host"));

  test.each(NOT_URLS)("%s is not a URL at all", (url) => expect(reasonOf(url, ANYWHERE)).toBe("not_a_url"));

  test.each(OTHER_SCHEMES)("%s is no way to the web", (url) => expect(reasonOf(url, ANYWHERE)).toBe("scheme"));

  test.each([...PRIVATE_URLS, ...NOT_URLS, ...OTHER_SCHEMES])("%s is no webhook's URL", (url) => {
    expect(checkWebhookUrl(url, []).ok).toBe(false);
  });

  test("random spellings of random private addresses", () => {
    const privateIpv4 = fc.oneof(
      fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(10), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    );
    const spell = (byte: number, how: number): string =>
      how === 0 ? String(byte) : how === 1 ? `0x${byte.toString(16)}` : `0${byte.toString(8)}`;
    fc.assert(
      fc.property(privateIpv4, fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }), fc.nat(4), (bytes, how, form) => {
        const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
        const [high, low] = [Math.floor(number / 65_536).toString(16), (number % 65_536).toString(16)];
        const dotted = bytes.map((byte, i) => spell(byte, how[i] ?? 0)).join(".");
        const host = [
          dotted,
          String(number),
          `[::ffff:${high}:${low}]`,
          `[64:ff9b::${high}:${low}]`,
          `[2002:${high}:${low}::1]`,
        ][form];
        expect(reasonOf(`http://${host}/`, ANYWHERE)).toBe("private_host");
      }),
    );
  });

  test("the deployment can open one, for plugins that list it", () => {
    const open = ["127.0.0.1:9100", "[::1]:9100", "kili.internal:443"];
    expect(reasonOf("http://127.0.0.1:9100/", ["127.0.0.1:9100"], open)).toBe("ok");
    expect(reasonOf("http://0x7f.1:9100/", ["127.0.0.1:9100"], open)).toBe("ok");
    expect(reasonOf("http://[0:0::1]:9100/", ["[::1]:9100"], open)).toBe("ok");
    expect(reasonOf("https://kili.internal/", ["kili.internal"], open)).toBe("ok");
    expect(reasonOf("http://kili.internal/", ["kili.internal"], open)).toBe("private_host");
    expect(reasonOf("http://127.0.0.1:9101/", ["127.0.0.1:9101"], open)).toBe("private_host");
    expect(reasonOf("http://127.0.0.1:9100/", ["api.example.com"], open)).toBe("not_listed");
  });
});

describe("checkUrl: the manifest's entries", () => {
  test.each<[string, string, UrlFailure["reason"] | "ok"]>([
    ["api.example.com:443", "https://api.example.com/v1?x#y", "ok"],
    ["api.example.com:443", "https://API.EXAMPLE.COM:443/", "ok"],
    ["api.example.com:443", "http://api.example.com:443/", "ok"],
    ["api.example.com:443", "http://api.example.com/", "not_listed"],
    ["api.example.com:443", "https://api.example.com:8443/", "not_listed"],
    ["api.example.com", "https://api.example.com/", "ok"],
    ["api.example.com", "http://api.example.com/", "ok"],
    ["api.example.com", "https://api.example.com:8443/", "not_listed"],
    ["api.example.com:8443", "https://api.example.com:8443/", "ok"],
    ["api.example.com:8443", "https://api.example.com/", "not_listed"],
    ["api.example.com", "https://example.com/", "not_listed"],
    ["api.example.com", "https://x.api.example.com/", "not_listed"],
    ["api.example.com", "https://api.example.com.evil.org/", "not_listed"],
    ["api.example.com", "https://evil-api.example.com/", "not_listed"],
    ["api.example.com", "https://evil.org/api.example.com", "not_listed"],
    ["api.example.com", "https://evil.org?api.example.com", "not_listed"],
    ["api.example.com", "https://evil.org\\.api.example.com/", "not_listed"],
    ["api.example.com", "https://api.example.com@evil.org/", "userinfo"],
    ["api.example.com", "https://evil.org@api.example.com/", "userinfo"],
    ["api.example.com", "https://:secret@api.example.com/", "userinfo"],
    ["api.example.com", "https://api.example.com./", "trailing_dot"],
    ["api.example.com", "ftp://api.example.com/", "scheme"],
    ["api.example.com", "ws://api.example.com/", "scheme"],
    ["api.example.com", "file:///etc/passwd", "scheme"],
    ["api.example.com", "data:text/plain,hello", "scheme"],
    ["api.example.com", "blob:https://api.example.com/x", "scheme"],
    ["api.example.com", "javascript:alert(1)", "scheme"],
    ["*.example.org", "https://a.example.org/", "ok"],
    ["*.example.org", "https://a.b.c.example.org/", "ok"],
    ["*.example.org", "https://example.org/", "not_listed"],
    ["*.example.org", "https://badexample.org/", "not_listed"],
    ["*.example.org", "https://a.example.org.evil.net/", "not_listed"],
    ["*.example.org", "https://a.example.org:8443/", "not_listed"],
    ["*.example.org:8443", "https://a.example.org:8443/", "ok"],
    ["*.8.8", "https://8.8.8.8/", "not_listed"],
    ["8.8.8.8", "https://8.8.8.8/", "ok"],
    ["8.8.8.8", "https://134744072/", "ok"],
    ["[2606:4700:4700::1111]", "https://[2606:4700:4700:0::1111]/", "ok"],
    ["[2606:4700:4700::1111]:853", "https://[2606:4700:4700::1111]/", "not_listed"],
    ["xn--bcher-kva.example", "https://bücher.example/", "ok"],
    ["api..example.com:0443", "https://api.example.com/", "not_listed"],
    ["*", "https://api.example.com/", "not_listed"],
    ["", "https://api.example.com/", "not_listed"],
  ])("%s, %s: %s", (rule, url, reason) => expect(reasonOf(url, [rule])).toBe(reason));

  test("nothing listed, nothing reachable; and nothing throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.ipV6().map((ip) => `http://[${ip}]/`),
        ),
        (url) => {
          expect(reasonOf(url, [])).not.toBe("ok");
        },
      ),
    );
  });

  test("a URL passes a rule made of its own host and port", () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (domain, port) => {
        expect(["ok", "private_host"]).toContain(reasonOf(`https://${domain}:${port}/`, [`${domain}:${port}`]));
        expect(reasonOf(`https://${domain}:${port}/`, [`${domain}:${port === 1 ? 2 : port - 1}`])).not.toBe("ok");
      }),
    );
  });
});
