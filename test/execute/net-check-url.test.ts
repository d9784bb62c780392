import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
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
  test.each([
    // Loopback, as decimal, octal, hexadecimal, short, percent-encoded, full-width and enclosed digits.
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0x7F.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://00000177.0.0.1/",
    "http://127.0.0.0x1/",
    "http://127.0.0.1./",
    "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127．0．0．1/",
    "http://127\u{ad}.0.0.1/",
    "http://\t127.0.0.1/",
    "http:\\\\127.0.0.1/",
    "http:127.0.0.1/",
    "http:///127.0.0.1/",
    "https://127.0.0.1#@api.example.com/",
    "http://127.0.0.1\\@api.example.com/",
    // This host, by name.
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost:8787/webhook",
    "http://api.localhost/",
    "http://ｌocalhost/",
    "http://localho%73t/",
    "http://db/",
    "http://metadata/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://router.lan/",
    "http://host.docker.internal/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://nas.home.arpa/",
    // Unspecified, private, link-local, carrier-grade, benchmark, documentation, multicast, reserved, broadcast.
    "http://0/",
    "http://0.0.0.0/",
    "http://0x0/",
    "http://0.1.2.3/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://167772161/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://3232235521/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://100.64.0.1/",
    "http://100.127.255.255/",
    "http://198.18.0.1/",
    "http://192.0.2.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://192.0.0.8/",
    "http://192.88.99.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://4294967295/",
    // IPv6: itself, and every way to put an IPv4 address into one.
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000::0001]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[::7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::10.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:1::1]/",
    "http://[2001:db8::1]/",
    "http://[fe80::1]/",
    "http://[febf::1]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
    "http://[3fff::1]/",
    "http://[2606:4700::5efe:127.0.0.1]/",
    "http://[2606:4700::200:5efe:10.0.0.1]/",
    "http://[::ffff:8.8.8.8]/",
  ])("%s", (url) => expect(reasonOf(url, ANYWHERE)).toBe("private_host"));

  test.each([
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1",
    "http://[127.0.0.1]/",
    "http://1.2.3.4.5/",
    "http://256.0.0.1/",
    "http://0x100000000/",
    "http://127.0.0.08/",
    "http://a b/",
    "http://",
    "//127.0.0.1/",
    "",
    "127.0.0.1",
    "http://exa%00mple.com/",
    "http://api.example.com:99999/",
  ])("%s is not a URL at all", (url) => expect(reasonOf(url, ANYWHERE)).toBe("not_a_url"));

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
