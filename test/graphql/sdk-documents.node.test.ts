// Every document that Kili's SDK sends for plugins, against the schema. The documents are what `npm run test:sdk` saw
// on the wire; `npm run test:sdk -- --record` writes them.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSchema, Kind, parse, validate, type OperationDefinitionNode } from "graphql";
import { describe, expect, it } from "vitest";
import { readSdkDocuments } from "../real-sdk/sdk-documents.ts";

const root = resolve(import.meta.dirname, "..", "..");
const schema = buildSchema(readFileSync(join(root, "schemas", "api.graphql"), "utf8"));
const documents = await readSdkDocuments();

function operationOf(query: string): OperationDefinitionNode {
  const operation = parse(query).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error(`No operation in ${query}`);
  return operation;
}

function rootFieldsOf(query: string): string[] {
  const { selections } = operationOf(query).selectionSet;
  return selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));
}

describe("what Kili's SDK sends", () => {
  it.each(documents)("is valid: $query", ({ query }) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });

  it.each(documents)("brings variables it declares: $query", ({ query, variables }) => {
    const declared = operationOf(query).variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
    expect(declared).toEqual(expect.arrayContaining(Object.keys(variables)));
  });

  it("is recorded for every method on plugins, and for each release that is tried", () => {
    const fields = new Set(documents.flatMap(({ query }) => rootFieldsOf(query)));
    for (const field of [
      "viewer",
      "__schema",
      "apiKeys",
      "listPlugins",
      "countPlugins",
      "getPluginRunnerStatus",
      "getPluginLogs",
      "getPluginBuildErrors",
      "createPlugin",
      "generateUpdateUrl",
      "createPluginRunner",
      "updatePluginRunner",
      "createWebhook",
      "updateWebhook",
      "activatePluginOnProject",
      "deactivatePluginOnProject",
      "deletePlugin",
    ]) {
      expect(fields).toContain(field);
    }
    const pinned = readdirSync(join(root, "test", "real-sdk"))
      .map((file) => /^requirements-(.+)\.txt$/.exec(file)?.[1])
      .filter((release) => release !== undefined);
    expect([...new Set(documents.flatMap(({ releases }) => releases))].sort()).toEqual(pinned.sort());
  });
});
