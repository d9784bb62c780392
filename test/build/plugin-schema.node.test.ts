// The JSON Schema that editors use is the manifest's own schema, no older one.
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { MANIFEST_JSON_SCHEMA_FILE, manifestJsonSchema } from "../../cli/build/manifest-json-schema.ts";

it("schemas/plugin.schema.json equals the manifest's schema (npm run build:schema writes it)", async () => {
  expect(await readFile(MANIFEST_JSON_SCHEMA_FILE, "utf8")).toBe(await manifestJsonSchema());
});
