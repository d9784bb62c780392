// Manifests: builds that were made elsewhere, with manifests and modules that are nearly right.
import * as fc from "fast-check";
import * as v from "valibot";
import { fetchAnswer } from "./fetch-answer.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

const odd = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1.5, 1e308, "", "*", [], {}, "\ud800", "__proto__", [null], { a: { b: [] } }),
  fc.string({ unit: "binary" }),
  fc.jsonValue({ maxDepth: 3 }),
);
/** Mostly what it should be. */
const nearly = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 25, arbitrary: right }, { weight: 1, arbitrary: odd });
const words = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const whole = fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.integer());

const manifest = fc
  .record(
    {
      manifest_version: nearly(fc.constant(1)),
      name: nearly(fc.constantFrom("fuzz-one", "fuzz-two", "a b/c?d#e", "é".repeat(128))),
      version: nearly(fc.constantFrom("1.0.0", "0.0.1-rc.1+b", "1.0")),
      description: nearly(fc.string()),
      main: nearly(fc.constantFrom("main.ts", "main.py", "../main.ts", "/etc/passwd.ts")),
      events: nearly(
        fc.array(fc.oneof(fc.constantFrom("onSubmit", "*", "labels.*", "a.b"), fc.string()), { maxLength: 3 }),
      ),
      // No project: what is registered here is not to run on what else is thrown at the host.
      projects: nearly(fc.constant([])),
      permissions: nearly(
        fc.record(
          {
            kili: nearly(fc.array(fc.constantFrom("labels:read", "issues:*", "all:read"), { maxLength: 3 })),
            net: nearly(
              fc.array(fc.oneof(words, fc.constantFrom("*.example.org", "[::1]:80", "a:99999", "*")), { maxLength: 3 }),
            ),
            env: nearly(fc.array(fc.constantFrom("TOKEN", "token", "__PROTO__"), { maxLength: 2 })),
          },
          { requiredKeys: [] },
        ),
      ),
      limits: nearly(
        fc.record({ cpu_ms: nearly(whole), timeout_ms: nearly(whole), log_lines: nearly(whole) }, { requiredKeys: [] }),
      ),
      retry: nearly(fc.record({ max_attempts: nearly(fc.integer({ min: 1, max: 100 })) })),
      // Their isolates are collected; each of the others would stay.
      isolation: nearly(fc.constant("run")),
      config: nearly(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }))),
      [`x`]: odd,
    },
    { requiredKeys: ["manifest_version", "name", "version", "main", "events", "isolation", "projects"] },
  )
  .map(({ x, ...rest }) => (typeof x === "string" && x.length > 8 ? { ...rest, x } : rest));

const code = fc.constantFrom(
  "export default class {}",
  "export default class PluginHandler { onSubmit() {} }",
  "export default 1",
  "export default class {",
  "throw new Error('at load')",
  "import './harness.js'; export default class {}",
  "import 'node:fs'; export default class {}",
  "",
);

const cases = fc.record({
  status: nearly(fc.constantFrom("built", "built", "built", "failed")),
  name: nearly(fc.constantFrom("fuzz-one", "fuzz-two")),
  problems: nearly(
    fc.array(
      fc.record({
        file: fc.string(),
        line: nearly(fc.nat()),
        column: fc.constant(null),
        message: fc.string({ unit: "binary" }),
        frame: fc.constant(null),
      }),
      { maxLength: 3 },
    ),
  ),
  artifact: nearly(
    fc.record({
      format: nearly(fc.constant(1)),
      hash: nearly(fc.stringMatching(/^[0-9a-f]{64}$/)),
      manifest: nearly(manifest),
      handlers: nearly(fc.array(fc.constantFrom("onSubmit", "constructor"), { maxLength: 2 })),
      code: nearly(code),
      sourceMap: nearly(fc.constantFrom("{}", "{", '{"version":3,"sources":[],"names":[],"mappings":""}')),
    }),
  ),
});

const AnswerSchema = v.union([
  v.looseObject({ status: v.picklist(["registered", "unchanged", "failed"]), name: v.string() }),
  v.object({ error: v.looseObject({ code: v.string(), message: v.string() }) }),
]);

export const manifests: FuzzTarget<object> = {
  name: "manifests",
  cases,
  together: 8,
  async check(build, host) {
    const headers = { "x-api-key": host.adminKey, "content-type": "application/json" };
    const answer = await fetchAnswer(`${host.url}/api/plugins`, {
      method: "PUT",
      headers,
      body: JSON.stringify(build),
    });
    if (answer.status !== 200 && answer.status !== 422) throw new Error(`answered ${answer.status}: ${answer.text}`);
    v.parse(AnswerSchema, JSON.parse(answer.text));
  },
};
