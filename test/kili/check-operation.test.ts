import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkOperation, type OperationFailure } from "../../worker/kili/check-operation.ts";
import { KILI_ROOT_FIELDS, scopeOf } from "../../worker/kili/scopes.ts";
import { MAX_KILI_DOCUMENT_CHARS } from "../../worker/limits.ts";

const EVERY_SCOPE = [...new Set([...KILI_ROOT_FIELDS.values()].map(scopeOf))];

function reasonOf(document: unknown, scopes: readonly string[] = EVERY_SCOPE): OperationFailure["reason"] | "ok" {
  const checked = checkOperation(document, scopes);
  return checked.ok ? "ok" : checked.failure.reason;
}

describe("checkOperation: scopes", () => {
  const SDK_LABELS = `query labels($where: LabelWhere!, $first: PageSize!, $skip: Int!) {
    data: labels(where: $where, first: $first, skip: $skip) { id jsonResponse author { id email } }
  }`;

  test("an aliased read needs the scope of the field, whatever it is called", () => {
    expect(reasonOf(SDK_LABELS, ["labels:read"])).toBe("ok");
    expect(reasonOf(SDK_LABELS, ["labels:*"])).toBe("ok");
    expect(checkOperation(SDK_LABELS, ["labels:write", "assets:read"])).toEqual({
      ok: false,
      failure: { reason: "missing_scope", field: "labels", scope: "labels:read" },
    });
    expect(reasonOf("{ labels: projects(first: 1) { id } }", ["labels:read"])).toBe("missing_scope");
  });

  test.each([
    ["a fragment", "query { ...F } fragment F on Query { issues { id } }"],
    ["a fragment in a fragment", "query { ...F } fragment F on Query { ...G } fragment G on Query { issues { id } }"],
    ["an inline fragment", "query { ... on Query { issues { id } } }"],
    ["an inline fragment without a type", "query { ... { ... { issues { id } } } }"],
    ["a fragment on another type", "query { ... on Asset { issues { id } } }"],
    ["a field behind @skip", "query { labels { id } issues @skip(if: true) { id } }"],
    ["the second of two fields", "query { labels { id } issues { id } }"],
  ])("%s does not hide a root field", (_, document) => {
    expect(reasonOf(document, ["labels:read"])).toBe("missing_scope");
    expect(reasonOf(document, ["labels:read", "issues:read"])).toBe("ok");
  });

  test("no scope at all allows no field", () => {
    for (const [name, field] of KILI_ROOT_FIELDS)
      expect(reasonOf(field.access === "write" ? `mutation { ${name} }` : `{ ${name} }`, [])).toBe("missing_scope");
  });

  test("a write in a query and a read in a mutation are refused", () => {
    expect(reasonOf("query { createIssues(issues: []) { id } }")).toBe("wrong_operation");
    expect(reasonOf("mutation { labels { id } }")).toBe("wrong_operation");
    expect(reasonOf("query { ...F } fragment F on Mutation { deleteLabels(ids: []) }")).toBe("wrong_operation");
  });

  test.each([
    "__schema { types { name } }",
    '__type(name: "Query") { name }',
    "apiKeys { id }",
    "deleteProject { id }",
  ])("the root field %s is unknown", (field) => expect(reasonOf(`{ labels { id } ${field} }`)).toBe("unknown_field"));

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the root field %s is no accident", (name) =>
    expect(reasonOf(`{ ${name} }`)).toBe("unknown_field"),
  );

  test("__typename is fine, at the root and below", () => {
    expect(reasonOf("{ __typename labels { __typename id } }", ["labels:read"])).toBe("ok");
    expect(reasonOf("{ __typename }", [])).toBe("ok");
  });
});

describe("checkOperation: form", () => {
  test.each<[unknown, OperationFailure["reason"]]>([
    [undefined, "not_text"],
    [null, "not_text"],
    [{ toString: () => "{ labels { id } }" }, "not_text"],
    [() => "{ labels { id } }", "not_text"],
    ["", "syntax"],
    ["{ labels { id }", "syntax"],
    ["{ labels { id } } { issues { id } }", "operation_count"],
    ["query A { labels { id } } mutation B { deleteLabels(ids: []) }", "operation_count"],
    ["fragment F on Query { labels { id } }", "operation_count"],
    ["subscription { labels { id } }", "subscription"],
    ["{ labels { id } } type Query { a: Int }", "not_executable"],
    ["{ ...F } fragment F on Query { labels { id } } fragment F on Query { issues { id } }", "not_executable"],
    ["{ ...Nowhere }", "unknown_fragment"],
    ["{ labels { ...Nowhere } }", "unknown_fragment"],
    ["{ ...F } fragment F on Query { ...F }", "fragment_cycle"],
    ["{ ...F } fragment F on Query { labels { ...G } } fragment G on L { a { ...F } }", "fragment_cycle"],
    [`{ labels ${"{ a ".repeat(16)}${"}".repeat(16)} }`, "too_deep"],
    [`{ labels(where: ${"[".repeat(4_900)}`, "syntax"],
    [`{ labels(a: "${"x".repeat(MAX_KILI_DOCUMENT_CHARS)}") }`, "too_long"],
    [`{ ${"labels ".repeat(6_000)} }`, "syntax"],
    [`{ ${Array.from({ length: 21 }, (_, i) => `a${i}: countLabels`).join(" ")} }`, "too_many_fields"],
  ])("%s", (document, reason) => {
    // Where the stack is shorter, the parser gives up before it meets the end of the text.
    const got = reasonOf(document);
    expect(got === "too_deep" && reason === "syntax" ? reason : got).toBe(reason);
  });

  test("fragments that spread each other twice are walked once each", () => {
    const chain = Array.from({ length: 60 }, (_, i) => `fragment F${i} on X { ...F${i + 1} ...F${i + 1} }`).join(" ");
    expect(reasonOf(`{ labels { ...F0 } } ${chain} fragment F60 on X { id }`)).toBe("ok");
  });

  test("what is sent is the document as it was understood", () => {
    const checked = checkOperation("# a comment\nquery   { data:labels{id} }", EVERY_SCOPE);
    expect(checked.ok && checked.value.text).toBe("{\n  data: labels {\n    id\n  }\n}");
  });
});

describe("checkOperation: properties", () => {
  const fieldName = fc.constantFrom(...KILI_ROOT_FIELDS.keys());
  const wrap = (field: string, how: number): [string, string] =>
    how === 0
      ? [`a: ${field} { id }`, ""]
      : how === 1
        ? [`... { ${field} { id } }`, ""]
        : [`...F${field}`, `fragment F${field} on Q { b: ${field} { id } }`];

  test("an operation passes exactly if the scopes of all its fields are held", () => {
    const cases = fc.record({
      fields: fc.uniqueArray(fc.tuple(fieldName, fc.nat(2)), {
        minLength: 1,
        maxLength: 6,
        selector: ([name]) => name,
      }),
      scopes: fc.subarray(EVERY_SCOPE),
      kind: fc.constantFrom("query", "mutation"),
    });
    fc.assert(
      fc.property(cases, ({ fields, scopes, kind }) => {
        const parts = fields.map(([name, how]) => wrap(name, how));
        const document = `${kind} { ${parts.map(([use]) => use).join(" ")} } ${parts.map(([, fragment]) => fragment).join(" ")}`;
        const expected = fields.every(([name]) => {
          const field = KILI_ROOT_FIELDS.get(name);
          return (
            field !== undefined &&
            scopes.includes(scopeOf(field)) &&
            (field.access === "write") === (kind === "mutation")
          );
        });
        expect(reasonOf(document, scopes) === "ok").toBe(expected);
      }),
    );
  });

  test("nothing that is thrown at it throws", () => {
    const pieces = fc.array(
      fc.constantFrom(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "...",
        "on",
        "query",
        "mutation",
        "fragment",
        "F",
        "labels",
        ":",
        "$a",
        '"',
        "@",
        "!",
        "=",
        "1",
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.string(),
          pieces.map((p) => p.join(" ")),
        ),
        (document) => {
          expect(typeof reasonOf(document, ["labels:read"])).toBe("string");
        },
      ),
    );
  });
});
