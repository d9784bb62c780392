// Archives: uploaded the way Kili's SDK does, with sources, manifests and zips that are right, nearly right, or broken.
import * as fc from "fast-check";
import * as v from "valibot";
import { rawZip, type RawEntry } from "../build/raw-zip.ts";
import { fetchAnswer } from "./fetch-answer.ts";
import type { FuzzHost, FuzzTarget } from "./fuzz-target.ts";

const TYPESCRIPT = [
  `import { PluginCore } from "kili-edge/sdk";`,
  "export default class PluginHandler extends PluginCore { onSubmit() {} }",
  "export default class {",
  "const late = await import('./other.ts');",
  "import './main.ts'; import 'node:fs'; import(String(1));",
  "for (;;) { break }",
  "/* ",
  "`${",
  "type A<T> = T extends A<infer U> ? A<U> : never;",
  "@decorated class B { accessor x = 1; static { x: for (;;) break x; } }",
];
const PYTHON = [
  "class PluginHandler(PluginCore):",
  "    def on_submit(self, label, asset_id):",
  "        pass",
  "\tx = '''",
  "async def f(): yield",
  "((((",
  "é = 1",
];
const TOML = [
  ...[
    "manifest_version = 1",
    'name = "fuzzed"',
    'version = "1.0.0"',
    'main = "main.ts"',
    'events = ["onSubmit"]',
    'isolation = "run"',
  ],
  ...[
    "[permissions]",
    'net = ["*"]',
    "[config]",
    "a = {b = [1, {c = '''",
    "[[config.x]]",
    'name = "other"',
    "x = 0x7f",
    "d = 2026-11-01",
  ],
];

const lines = (pool: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 10, arbitrary: fc.constantFrom(...pool) },
        { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("\n"));
const right = `${TYPESCRIPT[0]}\n${TYPESCRIPT[1]}`;
const names = fc.constantFrom(
  "main.ts",
  "plugin.toml",
  "main.py",
  "other.ts",
  "requirements.txt",
  "../main.ts",
  "/main.ts",
  "a/b/c.ts",
  "",
  "main.ts\u0000.py",
  "CON",
  "a\\b.ts",
);
const contents = fc.oneof(
  lines(TYPESCRIPT),
  lines(PYTHON),
  lines(TOML),
  fc.constant(right),
  fc.constant(TOML.slice(0, 6).join("\n")),
  fc.constant("x".repeat(60_000)),
);
const lies = fc.record(
  {
    deflated: fc.boolean(),
    flags: fc.constantFrom(0, 1, 8, 0x800),
    method: fc.constantFrom(0, 8, 9, 99),
    declaredSize: fc.oneof(fc.nat(), fc.constantFrom(0xffffffff, 0)),
    declaredPacked: fc.nat(1_000),
    externalAttributes: fc.constantFrom(0, 0xa1ff0000),
    localName: fc.constantFrom("other", "main.ts"),
  },
  { requiredKeys: [] },
);
const entries = fc.array(
  fc
    .tuple(names, contents, fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: lies }))
    .map(([name, content, lie]): RawEntry => ({ name, content, ...lie })),
  { maxLength: 5 },
);
const wellMade = fc.constantFrom<RawEntry[]>(
  [{ name: "main.ts", content: right }],
  [
    { name: "main.ts", content: right },
    { name: "plugin.toml", content: TOML.slice(0, 6).join("\n") },
  ],
  [{ name: "main.py", content: PYTHON.slice(0, 3).join("\n") }],
);
const zips = fc.oneof({ weight: 5, arbitrary: entries }, { weight: 1, arbitrary: wellMade }).map((all) => rawZip(all));

interface Upload {
  readonly archive: Uint8Array<ArrayBuffer>;
  readonly handlerTypes: readonly string[];
}

const cases: fc.Arbitrary<Upload> = fc.record({
  archive: fc.oneof(
    { weight: 6, arbitrary: zips },
    {
      weight: 3,
      arbitrary: fc
        .tuple(zips, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat())
        .map(([zip, flips, end]) => {
          const copy = zip.slice(0, flips.length === 0 ? end % (zip.length + 1) : zip.length);
          for (const [at, byte] of flips) if (copy.length > 0) copy[at % copy.length] = byte;
          return copy;
        }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)) },
  ),
  handlerTypes: fc.constantFrom(["onSubmit"], []),
});

const DataSchema = v.object({
  data: v.optional(v.nullable(v.object({ data: v.nullable(v.string()) }))),
  errors: v.optional(
    v.array(v.looseObject({ message: v.string(), extensions: v.looseObject({ code: v.optional(v.string()) }) })),
  ),
});
let uploads = 0;

export const archives: FuzzTarget<Upload> = {
  name: "archives",
  cases,
  together: 4,
  async check({ archive, handlerTypes }, host) {
    uploads += 1;
    const pluginName = `archive-${uploads % 40}-${uploads}`;
    const url = await ask(host, "mutation ($n: String!) { data: createPlugin(data: { pluginName: $n }) }", {
      n: pluginName,
    });
    if (url === null) throw new Error("no URL to upload to");
    const put = await fetchAnswer(url, {
      method: "PUT",
      headers: { "content-type": "application/zip" },
      body: archive,
    });
    if (![200, 400, 411, 413].includes(put.status)) throw new Error(`upload answered ${put.status}: ${put.text}`);
    const build =
      "mutation ($n: String!, $h: [PluginHandlerType!]) { data: createPluginRunner(data: { pluginName: $n, handlerTypes: $h }) }";
    await ask(host, build, { n: pluginName, h: handlerTypes });
    const status = await ask(host, "query ($n: String!) { data: getPluginRunnerStatus(name: $n) }", { n: pluginName });
    if (put.status === 200 && status !== "ACTIVE" && status !== "FAILED") throw new Error(`status is ${status}`);
    await ask(host, "mutation ($n: String!) { data: deletePlugin(where: { pluginName: $n }) }", { n: pluginName });
  },
};

/** What an operation answers; null for an error that is the caller's. */
async function ask(host: FuzzHost, query: string, variables: object): Promise<string | null> {
  const headers = { authorization: `X-API-Key: ${host.adminKey}`, "content-type": "application/json" };
  const { text } = await fetchAnswer(`${host.url}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = v.parse(DataSchema, JSON.parse(text));
  const failed = errors.find(({ extensions }) => extensions.code === "INTERNAL_SERVER_ERROR");
  if (failed !== undefined) throw new Error(`the host failed: ${failed.message}`);
  return data?.data ?? null;
}
