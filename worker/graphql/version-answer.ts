// `GET /api/label/v2/version`, which Kili's SDK asks before it caches the schema.
import type { KiliSchema } from "./remember-kili-schema.ts";
import { schemaVersion } from "./schema-version.ts";

/** The answer, to anybody. The SDK looks for `"version":` in the text, without a space before the colon. */
export async function versionAnswer(kili: KiliSchema | null): Promise<Response> {
  return Response.json({ version: await schemaVersion(kili?.hash ?? null) });
}
