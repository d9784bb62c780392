// Metering changes no meaning, finds every place that must be charged, and keeps positions exact.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { meterBundle } from "../../worker/build/meter-bundle.ts";
import { SYNTAX_SHAPES } from "./syntax-shapes.ts";

const EMPTY_MAP = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });

interface Answer {
  readonly gave?: readonly string[];
  readonly threw?: string;
  readonly checks?: number;
}

const RUN_MODULES = fileURLToPath(new URL("./run-modules.ts", import.meta.url));

function runModules(sources: readonly string[]): Answer[] {
  const child = spawnSync(process.execPath, [RUN_MODULES], { input: JSON.stringify(sources), timeout: 60_000 });
  if (child.status !== 0) throw new Error(`Modules did not run: ${String(child.stderr)}`);
  return JSON.parse(String(child.stdout)) as Answer[];
}

function meter(code: string): string {
  return meterBundle(code, EMPTY_MAP).code;
}

/** Where each word that metering never writes comes from, in order. */
function positionsOf(code: string, map: string): unknown[] {
  const trace = new TraceMap(map);
  return code.split("\n").flatMap((text, row) =>
    [...text.matchAll(/marker\d|entry|total|row|rows|return|Deep|late|length|this|while|for\b/g)].map(
      ({ index, 0: word }) => {
        const { source, line, column } = originalPositionFor(trace, { line: row + 1, column: index });
        return [word, source, line, column];
      },
    ),
  );
}

describe("meterBundle", () => {
  const shapes = Object.keys(SYNTAX_SHAPES);
  const plain = runModules(Object.values(SYNTAX_SHAPES));
  const metered = runModules(Object.values(SYNTAX_SHAPES).map(meter));

  it.each(shapes)("keeps the meaning of %s", (shape) => {
    const index = shapes.indexOf(shape);
    expect(plain[index]?.threw).toBeUndefined();
    expect(metered[index]?.gave).toEqual(plain[index]?.gave);
    expect(metered[index]?.checks).toBeGreaterThan(0);
  });

  it.each([
    ["a loop's turns and the call around them", "export default () => { for (let i = 0; i < 10; i++); }", 11],
    [
      "every kind of loop",
      "export default () => { let n = 0; while (n++ < 2); do ; while (n++ < 5); for (const a of 'ab'); for (const a in 'ab'); }",
      10,
    ],
    ["calls of arrows with expressions", "export default () => [1, 2, 3].map((x) => x)", 4],
    [
      "getters, methods and constructors",
      "export default () => { class A { constructor() {} get x() { return 1 } m() {} } new A().x; new A().m() }",
      5,
    ],
    ["new of a class that has fields only", "export default () => { class A { x = 1; y } new A(); new A() }", 3],
    [
      "new of a class whose fields make classes",
      "export default () => { class A { x = class {} } new A(); new A() }",
      3,
    ],
    ["static blocks with loops", "export default () => { class A { static { for (const a of 'abc'); } } }", 4],
    [
      "generators, once per start and per turn",
      "export default () => { function* g() { for (const a of 'abc') yield a } return [...g()] }",
      5,
    ],
    ["loops at the top of the module", "for (const a of 'abc'); export default () => 1", 4],
  ])("charges %s", (_, code, wanted) => {
    expect(runModules([meter(code)])[0]?.checks).toBe(wanted);
  });

  it("keeps the meaning of whole packages", async () => {
    const contents = `
      import { buildSchema, graphqlSync, introspectionFromSchema } from "graphql";
      import * as v from "valibot";
      import { parse } from "acorn";
      const schema = buildSchema("type Query { boxes(min: Int = 2): [Box!]! } type Box { id: ID! area: Float }");
      const Box = v.pipe(v.strictObject({ id: v.string(), area: v.number() }), v.check((box) => box.area > 0, "empty"));
      export default () => [
        graphqlSync({ schema, source: "{ boxes { id area } no }" }),
        graphqlSync({ schema, source: "{ boxes { id area } }", rootValue: { boxes: ({ min }) => [{ id: min, area: 0.5 }] } }),
        Object.keys(introspectionFromSchema(schema)),
        v.safeParse(Box, { id: 1, area: 0, more: true }).issues?.map(({ message }) => message),
        v.parse(Box, { id: "a", area: 1 }),
        parse("for (const a of b) c: { a(...d) }", { ecmaVersion: 2024 }),
      ];`;
    const stdin = { contents, resolveDir: import.meta.dirname };
    const { outputFiles } = await build({ stdin, bundle: true, format: "esm", write: false });
    const code = outputFiles[0]?.text ?? "";
    const [unmeteredGave, meteredGave] = runModules([code, meter(code)]);
    expect(unmeteredGave?.gave?.[0]).toContain("Cannot query field");
    expect(meteredGave?.gave).toEqual(unmeteredGave?.gave);
  });

  it("leads every word of the metered code back to where the author wrote it", async () => {
    const source = [
      "type Row = { readonly n: number };",
      "const rows: Row[] = [{ n: 1 }, { n: 2 }];",
      "export default function entry(): number {",
      "  let total = 0;",
      "  for (const row of rows) total += marker1(row.n);",
      "  while (total < 9) { total += marker2(total); }",
      "  return rows.map((row) => marker3(row.n)).length + total;",
      "}",
      "const marker1 = (n: number): number => n, marker2 = (n: number): number => n + 1;",
      "class Deep { field = marker3(1); get late(): number { return marker3(this.field); } }",
      "function marker3(n: number): number { return n > 5 ? new Deep().late : n; }",
    ].join("\n");
    const bundled = await build({
      stdin: { contents: source, loader: "ts", sourcefile: "author.ts" },
      bundle: true,
      format: "esm",
      write: false,
      outfile: "out.js",
      sourcemap: "external",
    });
    const [map, code] = bundled.outputFiles.map(({ text }) => text);
    const metered = meterBundle(code ?? "", map ?? "");
    const wanted = positionsOf(code ?? "", map ?? "");
    expect(positionsOf(metered.code, metered.sourceMap)).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(30);
    expect(wanted).toContainEqual(["marker3", "author.ts", 7, source.split("\n")[6]?.indexOf("marker3")]);
  });
});
