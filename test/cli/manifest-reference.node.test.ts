// docs/manifest.md is what the manifest's schema and the table of scopes say. After a change: npx vitest run -u
import { toJsonSchema } from "@valibot/to-json-schema";
import { join } from "node:path";
import { format } from "prettier";
import { expect, it } from "vitest";
import { renderManifestReference } from "../../cli/reference/render-manifest-reference.ts";
import { ManifestSchema } from "../../schemas/manifest.ts";
import { KILI_ROOT_FIELDS } from "../../worker/kili/scopes.ts";
import { HOST_MAX } from "../../worker/limits.ts";

it("docs/manifest.md says what the schema says", async () => {
  const schema = toJsonSchema(ManifestSchema, { typeMode: "input", errorMode: "ignore" });
  const page = await format(renderManifestReference(schema, HOST_MAX, KILI_ROOT_FIELDS), {
    parser: "markdown",
    printWidth: 120,
  });
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, "..", "..", "docs", "manifest.md"));
});
