import { buildSchema, execute, parse } from "graphql";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { API_SDL } from "../../worker/graphql/api-sdl.ts";
import { classifyOperation, type Destination } from "../../worker/graphql/classify-operation.ts";

const SCHEMA = buildSchema(API_SDL);

const classify = (text: string, operationName: string | null = null): Destination | string => {
  const destination = classifyOperation(SCHEMA, text, operationName);
  return destination.to === "host" || destination.to === "introspection" ? destination.to : destination;
};
const toKili = (kind: "query" | "mutation", ...fields: string[]) => ({ to: "kili", kind, fields });

describe("classifyOperation", () => {
  test.each<[text: string, wanted: unknown]>([
    ["{ listPlugins { id } }", "host"],
    ["{ data: listPlugins { id } viewer { id email } }", "host"],
    ["{ __typename }", "host"],
    ["{ projects { id } }", toKili("query", "projects")],
    ["{ data: projects { id } __typename other: projects { id } }", toKili("query", "projects")],
    ["{ labels { id } assets { id } }", toKili("query", "labels", "assets")],
    ["mutation { deleteLabels(ids: []) }", toKili("mutation", "deleteLabels")],
    ["{ listPlugins { id } projects { id } }", { to: "both", ours: ["listPlugins"], theirs: ["projects"] }],
    ["{ __schema { types { name } } projects { id } }", { to: "both", ours: ["__schema"], theirs: ["projects"] }],
    ["{ __schema { types { name } } }", "introspection"],
    ["query ($n: String!) { __type(name: $n) { name } __typename }", "introspection"],
    ["{ __schema { types { name } } viewer { id } }", "host"],
  ])("%s", (text, wanted) => {
    expect(classify(text)).toEqual(wanted);
  });

  test.each<[text: string, wanted: unknown]>([
    ["query { ...a } fragment a on Query { projects { id } }", toKili("query", "projects")],
    ["{ ... { ... on Query { projects { id } } } }", toKili("query", "projects")],
    [
      "{ listPlugins { id } ...a } fragment a on Query { ...b } fragment b on Query { projects { id } }",
      { to: "both", ours: ["listPlugins"], theirs: ["projects"] },
    ],
    // A fragment that spreads itself is Kili's to refuse.
    ["{ ...a } fragment a on Query { projects { id } ...a }", toKili("query", "projects")],
    ["{ listPlugins: projects { id } }", toKili("query", "projects")],
    ["{ projects: listPlugins { id } }", "host"],
  ])("sees through aliases and fragments: %s", (text, wanted) => {
    expect(classify(text)).toEqual(wanted);
  });

  test.each<[text: string, wanted: unknown]>([
    ["mutation { createPlugin: deleteLabels(ids: []) }", toKili("mutation", "deleteLabels")],
    // Queries' names are no mutations' names.
    ["mutation { listPlugins }", toKili("mutation", "listPlugins")],
    ["{ createApiKey }", toKili("query", "createApiKey")],
    ["{ constructor }", toKili("query", "constructor")],
    ["{ __proto__ }", "introspection"],
  ])("a name counts for its own kind of operation: %s", (text, wanted) => {
    expect(classify(text)).toEqual(wanted);
  });

  test.each<[text: string, wanted: unknown]>([
    ["{ events { id receivedAt } }", "host"],
    ['{ events(projectId: "p", first: 3) { id } }', "host"],
    ["query ($where: EventsWhere!) { data: events(where: $where) { id } }", toKili("query", "events")],
    ["{ events { userId } }", toKili("query", "events")],
    ["{ events { ...f } } fragment f on Event { userId }", toKili("query", "events")],
    ["{ viewer { id email role __typename } }", "host"],
    ["{ viewer { id organization { id } } }", toKili("query", "viewer")],
    ["{ listPlugins { id } viewer { firstname } }", { to: "both", ours: ["listPlugins"], theirs: ["viewer"] }],
  ])("fields that both have belong to whoever knows what is asked: %s", (text, wanted) => {
    expect(classify(text)).toEqual(wanted);
  });

  test.each([
    '{ apiKeys(where: {key: "k"}, isAskedOfKili: true) { user { id } } }',
    "{ listPlugins { hasBeenAskedOfKili } }",
    "mutation { createApiKey(data: {}, more: 1) { user } }",
  ])("what is this host's alone never leaves it: %s", (text) => {
    expect(classify(text)).toBe("host");
  });

  test("of several operations the chosen one counts, and only one goes out", () => {
    const text = "query a { listPlugins { id } } mutation b { deleteLabels(ids: []) }";
    expect(classify(text, "a")).toBe("host");
    expect(classify(text, "b")).toEqual({ to: "many" });
    expect(classify(text)).toBe("host");
    expect(classify(text, "c")).toBe("host");
    const twice = "{ ...a } fragment a on Query { projects { id } } fragment a on Query { labels { id } }";
    expect(classify(twice)).toEqual({ to: "many" });
    expect(classify("{ projects { id } } type A { b: Int }")).toEqual({ to: "many" });
  });

  test.each([
    "",
    "{",
    "subscription { labelCreatedOrUpdated { id } }",
    "type A { b: Int }",
    "{ projects { id } #".padEnd(70_000),
  ])("what cannot be read is the host's to refuse", (text) => {
    expect(classify(text)).toBe("host");
  });
});

describe("against graphql-js itself", () => {
  // A host that answers `ours…`, seen by a Kili that answers everything: what runs there was to be looked at here.
  const fields = ["oursA", "oursB", "theirsA", "theirsB"];
  const root = (names: string[]) => names.map((name) => `${name}: Int`).join(" ");
  const sdl = (names: string[]) => `type Query { ${root(names)} } type Mutation { ${root(names)} }`;
  const host = buildSchema(sdl(fields.filter((name) => name.startsWith("ours"))));
  const everything = buildSchema(sdl(fields));

  const field = fc
    .tuple(
      fc.constantFrom(...fields),
      fc.constantFrom("", "oursA: ", "theirsA: ", "x: "),
      fc.constantFrom("", " @include(if: false)"),
    )
    .map(([name, alias, directive]) => `${alias}${name}${directive}`);
  const { selections } = fc.letrec<{ selections: string; selection: string }>((tie) => ({
    selection: fc.oneof(
      { maxDepth: 3 },
      field,
      fc.constantFrom("...f0", "...f1", "...f2"),
      tie("selections").map((inner) => `... ${inner}`),
      tie("selections").map((inner) => `... on Mutation ${inner}`),
    ),
    selections: fc.array(tie("selection"), { minLength: 1, maxLength: 3 }).map((all) => `{ ${all.join(" ")} }`),
  }));
  const document = fc
    .tuple(fc.constantFrom("query", "mutation"), selections, fc.tuple(selections, selections, selections))
    .map(([kind, body, fragments]) => {
      const defined = fragments.map(
        (inner, index) => `fragment f${index} on ${kind === "query" ? "Query" : "Mutation"} ${inner}`,
      );
      return { kind, text: `${kind} ${body} ${defined.join(" ")}` };
    });

  test("what is executed is what it was taken for", () => {
    fc.assert(
      fc.property(document, ({ kind, text }) => {
        const executed = new Set<string>();
        const resolve = (name: string) => [name, () => void executed.add(name)] as const;
        const rootValue = Object.fromEntries(fields.map(resolve));
        void execute({ schema: everything, document: parse(text), rootValue });
        const destination = classifyOperation(host, text, null);
        const [ours, theirs] = ["ours", "theirs"].map((whose) => [...executed].some((name) => name.startsWith(whose)));
        if (theirs) expect(destination.to).not.toBe("host");
        if (ours) expect(destination.to).not.toBe("kili");
        if (destination.to === "kili") {
          expect(destination.kind).toBe(kind);
          expect(destination.fields).toEqual(expect.arrayContaining([...executed]));
        }
      }),
      { numRuns: 500 },
    );
  });
});
