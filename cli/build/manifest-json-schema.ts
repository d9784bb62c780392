// The manifest's schema as editors read it (`#:schema` in plugin.toml).
import { toJsonSchema } from "@valibot/to-json-schema";
import { format, resolveConfig } from "prettier";
import { fileURLToPath } from "node:url";
import { ManifestSchema } from "../../schemas/manifest.ts";

/** Where it is kept. */
export const MANIFEST_JSON_SCHEMA_FILE = fileURLToPath(new URL("../../schemas/plugin.schema.json", import.meta.url));

/** The text of schemas/plugin.schema.json. */
export async function manifestJsonSchema(): Promise<string> {
  // What may be written, not what it is read as: keys with defaults can be left out.
  // What only a function of ours can tell, an editor does not.
  const { $schema, ...schema } = toJsonSchema(ManifestSchema, { typeMode: "input", ignoreActions: ["check"] });
  const text = JSON.stringify({ $schema, title: "plugin.toml of a kili-edge plugin", ...schema });
  return format(text, { ...(await resolveConfig(MANIFEST_JSON_SCHEMA_FILE)), filepath: MANIFEST_JSON_SCHEMA_FILE });
}
