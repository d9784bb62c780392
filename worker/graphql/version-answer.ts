// `GET /api/label/v2/version`, which Kili's SDK asks before it caches the schema.
import { schemaVersion } from "./schema-version.ts";

/** The answer, to anybody. The SDK looks for `"version":` in the text, without a space before the colon. */
export async function versionAnswer(): Promise<Response> {
  return Response.json({ version: await schemaVersion() });
}
