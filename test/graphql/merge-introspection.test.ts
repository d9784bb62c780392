import {
  buildClientSchema,
  buildSchema,
  introspectionFromSchema,
  printType,
  validate,
  validateSchema,
  parse,
} from "graphql";
import { describe, expect, test } from "vitest";
import { API_SDL } from "../../worker/graphql/api-sdl.ts";
import { mergeIntrospection } from "../../worker/graphql/merge-introspection.ts";
import { KILI_SCHEMA } from "../kili-double/kili-schema.ts";

function merge(ours: string, theirs: string) {
  const [here, there] = [ours, theirs].map((sdl) => introspectionFromSchema(buildSchema(sdl)).__schema);
  if (!here || !there) throw new Error("two schemas are wanted");
  return buildClientSchema({ __schema: mergeIntrospection(here, there) });
}

describe("this host's schema and Kili's", () => {
  const merged = merge(API_SDL, KILI_SCHEMA);
  const problems = (text: string) => validate(merged, parse(text)).map(({ message }) => message);

  test("make a schema that clients accept", () => {
    expect(validateSchema(merged)).toEqual([]);
  });

  test.each([
    "query ($w: ProjectWhere!, $f: PageSize!, $s: Int!) { data: projects(where: $w, first: $f, skip: $s) { id title } }",
    "query ($w: UserWhere!, $f: PageSize!, $s: Int!) { data: users(where: $w, first: $f, skip: $s) { id email firstname } }",
    "mutation ($ids: [ID!]!) { data: deleteLabels(ids: $ids) }",
    "query Events($where: EventsWhere!, $p: EventPagination!, $o: Order) { data: events(where: $where, pagination: $p, order: $o) { id event payload } }",
    'query ($first: PageSize) { events(projectId: "p", first: $first) { id receivedAt deliveries { state } } }',
    "{ viewer { id email role organization { id } } }",
    "query ($where: ApiKeyWhere!) { data: apiKeys(where: $where, skip: 0, first: 1) { expiryDate } }",
    "{ listPlugins { id name projectIds manifest } runs { outcome { message } } }",
    'mutation { activatePluginOnProject(where: {pluginName: "a", projectId: "b"}) }',
    'mutation { createApiKey(data: {name: "a", role: viewer}) { key } }',
  ])("let %s pass", (text) => {
    expect(problems(text)).toEqual([]);
  });

  test("plugins are this host's alone", () => {
    expect(problems("{ listPlugins { hasBeenAskedOfKili } }")).toHaveLength(1);
    expect(problems("{ apiKeys(where: {}) { user { id } } }")).toEqual([]);
  });

  test("what neither has does not pass", () => {
    expect(problems("{ nothing }")).toHaveLength(1);
    expect(problems("{ events(nothing: 1) { id } }")).toHaveLength(1);
  });
});

describe("names that both have", () => {
  const OURS = `
    type Query { viewer: User! events(ours: Int!, both: Int!): [Event!]! other(ours: Int!): Int }
    type Mutation { make(in: In!): Kind }
    type User { id: ID! email: String! }
    type Event { id: ID! ours: Int }
    input In { both: Int! ours: Int! optional: Int = 3 }
    enum Kind { a b }
    type Plugin { id: ID! }
    scalar Thing
  `;
  const THEIRS = `
    schema { query: TheirQuery mutation: TheirMutation subscription: Pushed }
    directive @theirs on FIELD
    type TheirQuery { viewer: User events(both: Int!, theirs: Int!): [KiliEvent!]! other(theirs: Int!): String theirs: Pet }
    type TheirMutation { make(theirs: Int): String theirMake(in: In!): Kind }
    type Pushed { pushed: Int }
    interface Named { name: String }
    type User implements Named { id: Int name: String }
    type KiliEvent { id: String payload: String ours: String }
    input In { both: Int! theirs: Int! }
    enum Kind { b c }
    type Plugin { id: ID! theirs: Int }
    type Thing { a: Int }
    type Cat { a: Int }
    type Dog { a: Int }
    union Pet = Cat | Dog
  `;
  const merged = merge(OURS, THEIRS);
  const print = (name: string) => {
    const type = merged.getType(name);
    return type ? printType(type).replace(/\s+/g, " ") : null;
  };

  test.each([
    [
      "Query",
      "type Query { viewer: User! events(ours: Int, both: Int!, theirs: Int): [Event!]! other(ours: Int!): Int theirs: Pet }",
    ],
    ["Mutation", "type Mutation { make(in: In!): Kind theirMake(in: In!): Kind }"],
    ["User", "type User implements Named { id: ID! email: String! name: String }"],
    ["Event", "type Event { id: ID! ours: Int payload: String }"],
    ["In", "input In { both: Int! ours: Int optional: Int = 3 theirs: Int }"],
    ["Kind", "enum Kind { a b c }"],
    ["Plugin", "type Plugin { id: ID! }"],
    ["Thing", "scalar Thing"],
    ["Pet", "union Pet = Cat | Dog"],
    ["Pushed", null],
    ["TheirQuery", null],
  ])("%s", (name, wanted) => {
    expect(print(name)).toBe(wanted);
  });

  test("directives of both are there, ours as we have them, and subscriptions are not", () => {
    expect(merged.getDirective("theirs")).toBeDefined();
    expect(merged.getSubscriptionType() ?? null).toBeNull();
    expect(validateSchema(merged)).toEqual([]);
  });
});
