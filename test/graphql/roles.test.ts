import { beforeEach, describe, expect, test } from "vitest";
import { buildSchema } from "graphql";
import { ROLES, type Role } from "../../schemas/principal.ts";
import { API_SDL } from "../../worker/graphql/api-sdl.ts";
import { MUTATION_ROLES } from "../../worker/graphql/mutation-roles.ts";
import { requireRoles } from "../../worker/graphql/require-role.ts";
import type { GraphqlContext } from "../../worker/graphql/graphql-context.ts";
import { fetchHost } from "../test-host.ts";
import { artifact } from "../store/rows.ts";
import { countRows, db, emptyDatabase } from "../store/test-db.ts";
import { ask, askAs, makeKey, textWith } from "./graphql-host.ts";

beforeEach(emptyDatabase);

const ACTIVATE = `mutation { data: activatePluginOnProject(where: {pluginName: "nobody", projectId: "demo"}) }`;
const KEYS = [
  `mutation { createApiKey(data: {name: "x", role: viewer}) { id } }`,
  `mutation { revokeApiKey(where: {id: "x"}) }`,
];

test("every mutation of the schema has its role in the table, and nothing else has", () => {
  const mutations = Object.keys(buildSchema(API_SDL).getMutationType()?.getFields() ?? {});
  expect([...MUTATION_ROLES.keys()].sort()).toEqual(mutations.sort());
});

test("a mutation without a role is refused to everybody", () => {
  const { forgotten } = requireRoles({ forgotten: () => "done", constructor: () => "done" });
  for (const role of ROLES) {
    const context = { principal: { name: "k", role } } as GraphqlContext;
    expect(() => forgotten?.({}, {}, context, {} as never)).toThrow(/which no role may run/);
  }
});

describe("what each role may", () => {
  const codes = async (role: Role, mutation: string) => {
    const { key } = await makeKey(role, { name: `a-${role}` });
    const answer = await askAs(key, mutation);
    return answer.errors?.map(({ extensions }) => extensions["code"]);
  };

  test.each<[Role, string]>([
    ["viewer", "FORBIDDEN"],
    // Let through, to where nobody has the plugin's name.
    ["operator", "NOT_FOUND"],
    ["admin", "NOT_FOUND"],
  ])("%s: plugins", async (role, code) => {
    expect(await codes(role, ACTIVATE)).toEqual([code]);
  });

  test.each<[Role, boolean]>([
    ["viewer", false],
    ["operator", false],
    ["admin", true],
  ])("%s: keys", async (role, may) => {
    for (const mutation of KEYS) {
      await emptyDatabase();
      const found = (await codes(role, mutation)) ?? [];
      expect(found.includes("FORBIDDEN")).toBe(!may);
    }
  });

  test("aliases and fragments change nothing, and the message says what is missing", async () => {
    const { key } = await makeKey("viewer", { name: "looker" });
    const answer = await askAs(
      key,
      `mutation { ...a } fragment a on Mutation { ... { viewer: revokeApiKey(where: {id: "x"}) } }`,
    );
    expect(answer).toMatchObject({
      data: null,
      errors: [{ message: 'Cannot run "revokeApiKey": the API key "looker" has the role viewer, wanted admin' }],
    });
    expect((await askAs(key, ACTIVATE)).errors?.[0]?.message).toContain("wanted operator or admin");
  });

  test("a viewer reads", async () => {
    const { key } = await makeKey("viewer");
    const answer = await askAs(key, "{ listPlugins { id } runs { id } audit { id } viewer { role } }");
    expect(answer.errors).toBeUndefined();
  });
});

describe("PUT /api/plugins", () => {
  const put = (key: string) =>
    fetchHost("/api/plugins", {
      method: "PUT",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify({ status: "built", artifact: artifact() }),
    });

  test("is for admins", async () => {
    for (const role of ["viewer", "operator"] as const) {
      const response = await put((await makeKey(role)).key);
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        error: { code: "wrong_role", message: textWith(`has the role ${role}, wanted admin`) },
      });
    }
    expect((await put(`ke_${"A".repeat(43)}`)).status).toBe(401);
    const registered = () => db.prepare("SELECT 1 FROM versions WHERE hash = ?").bind(artifact().hash).first();
    expect(await registered()).toBeNull();
    expect((await put((await makeKey("admin", { name: "root" })).key)).status).toBe(200);
    expect(await registered()).not.toBeNull();
  });
});

test("a viewer's refused mutation changes nothing beside it", async () => {
  const { key } = await makeKey("viewer");
  await askAs(key, `mutation { createApiKey(data: {name: "mine", role: admin}) { key } }`);
  expect(await countRows("api_keys")).toBe(1);
  expect((await ask(`{ apiKeys(where: {}) { name } }`)).data?.["apiKeys"]).toHaveLength(2);
});
