import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { format } from "prettier";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("worker/graphql/api-sdl.ts holds schemas/api.graphql; `npx vitest run test/graphql/api-sdl -u` writes it", async () => {
  const generated =
    "// Generated from schemas/api.graphql by test/graphql/api-sdl.node.test.ts, because a Worker has no files to read.\n\n" +
    "/** The API's schema as text. */\nexport const API_SDL =\n" +
    `  ${JSON.stringify(read("schemas/api.graphql"))};\n`;
  const formatted = await format(generated, { parser: "typescript", printWidth: 120 });
  await expect(formatted).toMatchFileSnapshot("../../worker/graphql/api-sdl.ts");
});

test("the schema is valid, and every type and root field Kili's SDK names is in it", () => {
  const schema = buildSchema(read("schemas/api.graphql"));
  const names = ["DateTime", "PageSize", "PluginHandlerType", "Plugin", "PluginLog", "PluginBuildError"];
  for (const name of [...names, "ApiKeyWhere", "PluginWhere"]) expect(schema.getType(name)?.name).toBe(name);
  const queries = Object.keys(schema.getQueryType()?.getFields() ?? {});
  expect(queries).toEqual(
    expect.arrayContaining([
      "viewer",
      "apiKeys",
      "countApiKeys",
      "listPlugins",
      "countPlugins",
      "getPluginRunnerStatus",
      "getPluginLogs",
      "getPluginBuildErrors",
    ]),
  );
});
