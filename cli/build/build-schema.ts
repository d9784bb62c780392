// `npm run build:schema`: writes schemas/plugin.schema.json anew. A test keeps it equal to the manifest's schema.
import { writeFile } from "node:fs/promises";
import { MANIFEST_JSON_SCHEMA_FILE, manifestJsonSchema } from "./manifest-json-schema.ts";

await writeFile(MANIFEST_JSON_SCHEMA_FILE, await manifestJsonSchema());
