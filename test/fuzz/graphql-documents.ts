// GraphQL: documents made by walking the schema, with arguments that fit or do not; what Kili's SDK sends, with bits of
// it changed; and text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
} from "graphql";
import * as v from "valibot";
import { fetchAnswer, type Answer } from "./fetch-answer.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

interface Operation {
  readonly query: unknown;
  readonly variables: unknown;
  readonly operationName: unknown;
  /** How it is sent: mostly as clients do. */
  readonly as: "json" | "cut json" | "query string" | "text" | "batch";
}

const ROOT = join(import.meta.dirname, "..", "..");
const schema = buildSchema(readFileSync(join(ROOT, "schemas", "api.graphql"), "utf8"));
const SdkDocuments = v.pipe(v.array(v.object({ query: v.string() })), v.minLength(1));
const sdkDocuments = v
  .parse(SdkDocuments, JSON.parse(readFileSync(join(ROOT, "test", "real-sdk", "documents.json"), "utf8")))
  .map(({ query }) => query);

const MAX_DEPTH = 5;
const ODD_LITERALS = [
  ...["null", "true", "0", "-1", "1e999", '""', "[]", "{}", "$v", "ENUM", '"__proto__"', '"\\u0000"', '"*"', '"%"'],
  ...['"2026-11-01T10:00:00.000Z"', '"2026-11-01T10:00:00+00:00Z"', '"not a date"', "99999999999999999999", "[[[[]]]]"],
  ...['"demo"', '"fuzz-a"', '"bbox-count"', '"fuzzed"', '"admin"', `"${"x".repeat(400)}"`, '"\\ud800"', '"""a"""'],
];

/** The numbers of a case, taken one after the other to decide by: fewer of them make a smaller document. */
class Decisions {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** From 0 up to and without `end`; 0 when no numbers are left. */
  below(end: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % end;
  }

  one<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }
}

function argument(type: GraphQLInputType, decide: Decisions, depth: number): string {
  if (isNonNullType(type)) return argument(type.ofType, decide, depth);
  if (decide.below(10) === 9) return decide.one(ODD_LITERALS);
  if (isListType(type)) {
    const items = Array.from({ length: decide.below(4) }, () => argument(type.ofType, decide, depth + 1));
    return `[${items.join(", ")}]`;
  }
  if (isEnumType(type)) return decide.one(type.getValues()).name;
  if (isInputObjectType(type)) {
    if (depth > MAX_DEPTH) return "{}";
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || decide.below(2) === 1,
    );
    return `{${fields.map((field) => `${field.name}: ${argument(field.type, decide, depth + 1)}`).join(", ")}}`;
  }
  if (type.name === "Int" || type.name === "PageSize")
    return String(decide.one([1, 20, 0, -1, 500, 501, 2 ** 31, 1.5]));
  if (type.name === "Boolean") return decide.one(["true", "false"]);
  return decide.one(ODD_LITERALS);
}

function selection(type: GraphQLObjectType, decide: Decisions, depth: number): string {
  const fields = Object.values(type.getFields());
  const parts = Array.from({ length: 1 + decide.below(4) }, (_, index) => {
    const field = decide.one(fields);
    const given = field.args.filter((arg) => isNonNullType(arg.type) || decide.below(2) === 1);
    const args = given.map((arg) => `${arg.name}: ${argument(arg.type, decide, 0)}`).join(", ");
    const named = getNamedType(field.type);
    const inner = !isObjectType(named)
      ? ""
      : depth >= MAX_DEPTH
        ? "{ __typename }"
        : selection(named, decide, depth + 1);
    const directive = decide.one(["", "", "", "", "", "", "@skip(if: true)", "@include(if: $v)", "@nothing", "@skip"]);
    return `f${index}: ${field.name}${args === "" ? "" : `(${args})`} ${directive} ${inner}`;
  });
  if (decide.below(20) === 19) parts.push(`... on ${decide.one([type.name, "Query", "Nothing"])} { __typename }`);
  if (decide.below(30) === 29) parts.push("...Circle", "__schema { types { name } }", "__typename");
  return `{ ${parts.join(" ")} }`;
}

const walked = fc.array(fc.nat(), { minLength: 1, maxLength: 200, size: "max" }).map((numbers) => {
  const decide = new Decisions(numbers);
  const operation = decide.one(["query", "query", "query", "mutation", "subscription"]);
  const root = operation === "mutation" ? schema.getMutationType() : schema.getQueryType();
  if (!root) throw new Error("the schema has no such type");
  const variables = decide.one(["", "", "($v: Boolean)", "($v: JSON!, $w: [ID!] = [1])", "($v: Nothing = {a: [1]})"]);
  const fragment = decide.below(30) === 29 ? " fragment Circle on Query { ...Circle }" : "";
  return `${operation} Q${variables} ${selection(root, decide, 0)}${fragment}`;
});

const changed = fc
  .tuple(fc.constantFrom(...sdkDocuments), fc.nat(), fc.nat(12), fc.string({ unit: "binary", maxLength: 6 }))
  .map(([text, at, length, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + length));

const documents = fc.oneof(
  { weight: 10, arbitrary: walked },
  { weight: 3, arbitrary: changed },
  { weight: 2, arbitrary: fc.constantFrom(...sdkDocuments) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("{".repeat(9_000), `{ a${"(a: [".repeat(900)}`, "{ viewer { id } } ".repeat(200)),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

const cases: fc.Arbitrary<Operation> = fc.record({
  query: documents,
  variables: fc.oneof(
    fc.constantFrom(undefined, null, {}),
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom("v", "w", "pluginName", "projectId", "where", "data", "__proto__"), fc.jsonValue()),
  ),
  operationName: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.jsonValue() }),
  as: fc.oneof(
    { weight: 15, arbitrary: fc.constant("json" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("cut json" as const, "query string" as const, "text" as const, "batch" as const),
    },
  ),
});

const EXPECTED = new Set([200, 400, 405, 406, 413, 415]);
const AnswerSchema = v.looseObject({
  errors: v.optional(v.array(v.looseObject({ message: v.string(), extensions: v.looseObject({}) }))),
});

export const graphqlDocuments: FuzzTarget<Operation> = {
  name: "documents",
  cases,
  together: 16,
  async check(operation, host) {
    const answer = await send(operation, host.url, host.adminKey);
    if (!EXPECTED.has(answer.status)) throw new Error(`answered ${answer.status}: ${answer.text.slice(0, 200)}`);
    if (answer.status !== 200) return;
    const { errors = [] } = v.parse(AnswerSchema, JSON.parse(answer.text));
    const failed = errors.find(({ extensions }) => extensions["code"] === "INTERNAL_SERVER_ERROR");
    if (failed !== undefined) throw new Error(`the host failed: ${failed.message}`);
  },
};

function send({ query, variables, operationName, as }: Operation, url: string, key: string): Promise<Answer> {
  const headers = { authorization: `X-API-Key: ${key}`, "content-type": "application/json" };
  const json = JSON.stringify({ query, variables, operationName });
  const text = typeof query === "string" ? query.toWellFormed() : String(JSON.stringify(query));
  switch (as) {
    case "json":
      return fetchAnswer(`${url}/graphql`, { method: "POST", headers, body: json });
    case "cut json":
      return fetchAnswer(`${url}/graphql`, { method: "POST", headers, body: json.slice(0, json.length / 2) });
    case "batch":
      return fetchAnswer(`${url}/graphql`, { method: "POST", headers, body: `[${json},${json}]` });
    case "query string": {
      const search = new URLSearchParams({ query: text.slice(0, 4_000), variables: String(JSON.stringify(variables)) });
      return fetchAnswer(`${url}/graphql?${search}`, { headers: { authorization: headers.authorization } });
    }
    case "text":
      return fetchAnswer(`${url}/graphql`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/graphql" },
        body: text,
      });
  }
}
