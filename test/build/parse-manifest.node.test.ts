// What plugin.toml may say, and how it is told what it may not. Every manifests/*.toml is wrong, and its .txt beside
// it is what the author reads; `vitest -u` writes those anew.
import { readdir, readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../../worker/build/format-problem.ts";
import { parseManifest } from "../../worker/build/parse-manifest.ts";
import { HANDLER_TYPES } from "../../schemas/event.ts";
import { MAX_MANIFEST_CHARS } from "../../worker/limits.ts";
import { ManifestSchema } from "../../schemas/manifest.ts";

const MANIFESTS = new URL("./manifests/", import.meta.url);
const bad = (await readdir(MANIFESTS)).filter((name) => name.endsWith(".toml")).sort();

const MINIMAL = [
  "manifest_version = 1",
  'name = "box rule"',
  'version = "1.0.0"',
  'main = "main.ts"',
  'events = ["onSubmit", "labels.created.*"]',
].join("\n");

describe("parseManifest", () => {
  it.each(bad)("refuses %s with the place and what is allowed", async (name) => {
    const parsed = parseManifest(await readFile(new URL(name, MANIFESTS), "utf8"), name);
    const text = parsed.ok ? "accepted\n" : `${parsed.failure.map(formatProblem).join("\n\n")}\n`;
    expect(parsed.ok).toBe(false);
    await expect(text).toMatchFileSnapshot(`./manifests/${name.replace(/toml$/, "txt")}`);
  });

  it("fills in what a minimal manifest leaves out: no permissions, the default limits", () => {
    const parsed = parseManifest(MINIMAL, "plugin.toml");
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        permissions: { kili: [], kili_projects: [], net: [], env: [] },
        projects: [],
        config: {},
        limits: { cpu_ms: 1000 },
      },
    });
  });

  it("keeps config as it stands, tables in arrays included", () => {
    const config =
      "[config]\na.b = [1, { c = 'x' }]\n[[config.list]]\nn = 1\n[[config.list]]\nn = 2\n[config.list.deep]\nx = true";
    const parsed = parseManifest(`${MINIMAL}\n${config}`, "plugin.toml");
    expect(parsed.ok && parsed.value.config).toEqual({
      a: { b: [1, { c: "x" }] },
      list: [{ n: 1 }, { n: 2, deep: { x: true } }],
    });
  });

  const changed = (key: string, value: string): string =>
    [...MINIMAL.split("\n").filter((line) => !line.startsWith(`${key} =`)), `${key} = ${value}`].join("\n");
  const why = (text: string): string[] => {
    const parsed = parseManifest(text, "plugin.toml");
    return parsed.ok ? [] : parsed.failure.map(({ message }) => message);
  };

  it.each(["box rule", "日本語 プラグイン", "naïve: a/b?c#d", "👩‍💻", "x".repeat(128)])("takes the name %j", (name) => {
    expect(why(changed("name", JSON.stringify(name)))).toEqual([]);
  });

  const [ends, unseen] = ["one without blanks at its ends", "visible characters: no control characters, line ends or"];
  it.each([
    [String.raw`"\u001b[31mred"`, String.raw`"\u001b[31mred"`, unseen],
    [String.raw`"two\nlines"`, String.raw`"two\nlines"`, unseen],
    ['"csi\u009b2J"', String.raw`"csi\u009b2J"`, unseen],
    [String.raw`"a\u2028b"`, String.raw`"a\u2028b"`, unseen],
    [String.raw`"gnp.\u202Egpj"`, String.raw`"gnp.\u202egpj"`, unseen],
    ['"   "', '"   "', ends],
    ['" box"', '" box"', ends],
    [String.raw`"box\n"`, String.raw`"box\n"`, ends],
  ])("refuses the name %s, once and visibly", (name, found, wanted) => {
    const [message, ...more] = why(changed("name", name));
    expect(message).toContain(`Cannot accept name: found ${found}, wanted ${wanted}`);
    expect(more).toEqual([]);
  });

  const netOf = (host: string): string => changed("permissions.net", `[${JSON.stringify(host)}]`);

  it.each(["localhost", "a.b-c.example:1", "*.example.org:65535", "127.0.0.1:8080", "[::1]", "[2606:4700::]:443"])(
    "takes the host %s",
    (host) => expect(why(netOf(host))).toEqual([]),
  );

  it.each([
    ["example.com:99999", "a host that a URL can have, and a port from 1 to 65535"],
    ["example.com:65536", "a host that a URL can have, and a port from 1 to 65535"],
    ["[:::]", "a host that a URL can have, and a port from 1 to 65535"],
    ["example.com:0", "a lower-case host"],
    ["a..b", "a lower-case host"],
    ["a.", "a lower-case host"],
    [".a", "a lower-case host"],
    ["a.-b", "a lower-case host"],
    ["*.", "a lower-case host"],
  ])("refuses the host %s, which would match nothing", (host, wanted) => {
    const [message, ...more] = why(netOf(host));
    expect(message).toContain(`Cannot accept permissions.net[0]: found "${host}", wanted ${wanted}`);
    expect(more).toEqual([]);
  });

  it.each(["0.0.0", "10.20.30", "1.0.0-rc.1+build.007", "1.0.0-0a.x-y", "1.2.3+001"])(
    "takes the version %s",
    (version) => expect(why(changed("version", `"${version}"`))).toEqual([]),
  );

  it.each(["01.02.03", "1.0.00", "1.0.0-01", "1.0.0-a..b", "1.0.0+", "1.0", "1.0.0.0", "v1.0.0"])(
    "refuses the version %s",
    (version) => expect(why(changed("version", `"${version}"`))[0]).toContain(`found "${version}", wanted a semantic`),
  );

  it("leaves Object.prototype alone", () => {
    parseManifest(`${MINIMAL}\n[config.__proto__]\npolluted = 1`, "plugin.toml");
    parseManifest(`${MINIMAL}\n[__proto__]\npolluted = 1`, "plugin.toml");
    expect("polluted" in {}).toBe(false);
  });

  it("refuses keys that objects have by inheritance", () => {
    expect(parseManifest(`${MINIMAL}\ntoString = 1`, "plugin.toml").ok).toBe(false);
  });

  it.each([
    ["brackets in a row", `${MINIMAL}\nconfig.x = ${"[".repeat(15_000)}${"]".repeat(15_000)}`, 6, 12 + 32],
    ["brackets below each other", `${MINIMAL}\nconfig = [\n${"[\n".repeat(7_000)}${"]\n".repeat(7_000)}]`, 6 + 32, 1],
    ["inline tables", `${MINIMAL}\nconfig = ${"{a=".repeat(7_000)}1${"}".repeat(7_000)}`, 6, 10 + 3 * 32],
    ["a dotted key", `${MINIMAL}\n[${Array.from({ length: 5_000 }, () => "a").join(".")}]`, 6, 2],
  ])("survives nesting without measure, and points at its line: %s", (_, text, line, column) => {
    const parsed = parseManifest(text, "plugin.toml");
    const [problem] = parsed.ok ? [] : parsed.failure;
    expect(problem).toMatchObject({ line, column, message: expect.stringContaining("nested too deeply") as string });
    expect(problem?.frame).toMatch(new RegExp(`^> ${line} \\|`, "m"));
  });

  it("points at the first character of a text that is too long", () => {
    const text = `${MINIMAL}\n# ${"x".repeat(MAX_MANIFEST_CHARS - MINIMAL.length - 5)}\ry\n[config]`;
    expect(text.charAt(MAX_MANIFEST_CHARS)).toBe("\n");
    for (const [file, line, column] of [
      [text, 6, MAX_MANIFEST_CHARS - MINIMAL.length],
      [text.replace("xxxx", "x\nxx"), 7, MAX_MANIFEST_CHARS - MINIMAL.length - 4],
    ] as const) {
      const parsed = parseManifest(file, "plugin.toml");
      const message = `Cannot parse TOML: found ${text.length} characters, wanted at most ${MAX_MANIFEST_CHARS}`;
      expect(parsed.ok ? [] : parsed.failure).toMatchObject([{ line, column, message }]);
      expect(parsed.ok ? "" : parsed.failure[0]?.frame).toContain(`> ${line} |`);
    }
  });

  it("never throws, and points into the text", () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ...MINIMAL.split("\n"),
        "[permissions]",
        "[config]",
        "[[config.x]]",
        "kili = [",
        "]",
        "a.b = {c=1}",
        "'''",
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = lines.join("\n");
        const parsed = parseManifest(text, "plugin.toml");
        if (parsed.ok) return;
        expect(parsed.failure.length).toBeGreaterThan(0);
        for (const problem of parsed.failure) expect(problem.line ?? 1).toBeLessThanOrEqual(text.split("\n").length);
      }),
    );
  });

  it("never refuses without saying what and where, whatever stands in place of a value or a table", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KEYS), shapes, (key, shape) => {
        const rest = MINIMAL.split("\n").filter((line) => !line.startsWith(`${key} =`));
        const text = shape.startsWith("=") ? [`${key} ${shape}`, ...rest] : [...rest, shape.replaceAll("KEY", key)];
        const parsed = parseManifest(text.join("\n"), "plugin.toml");
        if (parsed.ok) return;
        expect(parsed.failure.length).toBeGreaterThan(0);
        for (const { line, column, frame } of parsed.failure) expect([line, column, frame]).not.toContain(null);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives back every valid manifest", () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(parseManifest(toToml(manifest), "plugin.toml")).toEqual({ ok: true, value: manifest });
      }),
    );
  });
});

/** Every key of the manifest, those of its tables behind a dot, and some that it does not have. */
const KEYS = Object.entries(ManifestSchema.entries).flatMap(([key, entry]) => {
  const inner = "wrapped" in entry && "entries" in entry.wrapped ? Object.keys(entry.wrapped.entries) : [];
  return [key, ...[...inner, "other"].map((name) => `${key}.${name}`)];
});
/** Behind a key, or below the rest of the manifest. */
const shapes = fc.oneof(
  fc
    .oneof(
      fc.constantFrom("[]", "[[]]", "{}", "[{}]", "[1, 2]", "{ kili = 1, other = [] }", "''", "true", "1", "-1.5"),
      fc
        .jsonValue({ maxDepth: 2 })
        .filter((value) => value !== null)
        .map((value) => toInline(value)),
    )
    .map((value) => `= ${value}`),
  fc
    .tuple(
      fc.constantFrom(
        "[KEY]",
        "[[KEY]]",
        "[[KEY]]\n[[KEY]]",
        "[[KEY]]\n[KEY.x]",
        "[KEY.x]",
        "[[KEY.x]]",
        "[[KEY.x.y]]",
      ),
      fc.constantFrom("", "x = 1", "kili = []", "cpu_ms = 1", "order = 'none'", "max_attempts = {}"),
    )
    .map((lines) => lines.join("\n")),
);

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const json = fc.dictionary(
  fc.string().filter((key) => !["__proto__", "constructor", "prototype"].includes(key)),
  fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.array(fc.string()),
  ),
);
const manifests = fc.record({
  manifest_version: fc.constant(1 as const),
  name: fc.string({ minLength: 1, maxLength: 128 }).filter((name) => name.trim() === name),
  version: fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((parts) => parts.join(".")),
  description: fc.string({ maxLength: 200 }),
  main: word.map((name) => `src/${name}.ts`),
  events: fc.array(
    fc.oneof(
      fc.constantFrom(...HANDLER_TYPES),
      fc.tuple(word, word).map((parts) => `${parts.join(".")}.*`),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  projects: fc.array(fc.oneof(word, fc.constant("*")), { maxLength: 3 }),
  permissions: fc.record({
    kili: fc.array(fc.constantFrom("labels:read", "issues:write", "assets:*")),
    kili_projects: fc.array(fc.oneof(word, fc.constant("*")), { maxLength: 3 }),
    net: fc.array(
      fc.oneof(
        fc.constant("*.example.org"),
        word.map((name) => `${name}x.example.com:443`),
      ),
    ),
    env: fc.array(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/)),
  }),
  limits: fc.record({
    cpu_ms: fc.integer({ min: 1, max: 1e6 }),
    timeout_ms: fc.integer({ min: 1, max: 1e6 }),
    subrequests: fc.nat(),
    log_lines: fc.nat(),
  }),
  mode: fc.constantFrom("live", "shadow"),
  isolation: fc.constantFrom("plugin", "project", "run"),
  retry: fc.record({ max_attempts: fc.integer({ min: 1, max: 100 }) }),
  delivery: fc.record({
    order: fc.constantFrom("asset", "none"),
    concurrency: fc.integer({ min: 1, max: 16 }),
  }),
  config: json,
});

/** As an author could have written it: strings as JSON writes them, inner tables inline. */
function toToml(manifest: object): string {
  return Object.entries(manifest)
    .map(([key, value]) => `${key} = ${toInline(value)}`)
    .join("\n");
}

function toInline(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  if (typeof value === "number") return Number.isSafeInteger(value) ? `${value}` : toFloat(value);
  if (Array.isArray(value)) return `[${value.map(toInline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${toInline(key)} = ${toInline(inner)}`)
    .join(", ")}}`;
}

function toFloat(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
