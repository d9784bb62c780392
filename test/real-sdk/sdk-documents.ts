// What Kili's SDK sends to GraphQL, as the tests of the SDK saw it on the wire. It judges none of it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";

const SentSchema = v.object({
  query: v.string(),
  /** The SDK's method that sent it, by the SDK's own header. */
  method: v.string(),
  /** JSON types of the variables that came with it. */
  variables: v.record(v.string(), v.array(v.string())),
});
const SdkDocumentSchema = v.object({
  ...SentSchema.entries,
  /** The releases of the SDK that send it. */
  releases: v.array(v.string()),
});

/** One document, once, however often it was sent. */
export type SdkDocument = v.InferOutput<typeof SdkDocumentSchema>;

/** The file the documents are kept in. */
export const SDK_DOCUMENTS_FILE = join(import.meta.dirname, "documents.json");

/** The documents kept in the repository. */
export async function readSdkDocuments(): Promise<SdkDocument[]> {
  return v.parse(v.array(SdkDocumentSchema), JSON.parse(await readFile(SDK_DOCUMENTS_FILE, "utf8")));
}

/** Puts the recordings of several releases together, in an order of their own. */
export function mergeRecordings(recordings: ReadonlyMap<string, unknown>): SdkDocument[] {
  const merged = new Map<string, SdkDocument>();
  for (const [release, recording] of recordings) {
    for (const { query, method, variables } of v.parse(v.array(SentSchema), recording)) {
      const before = merged.get(query);
      merged.set(query, {
        query,
        method: before?.method ?? method,
        releases: union(before?.releases ?? [], [release]),
        variables: Object.fromEntries(
          union(Object.keys(before?.variables ?? {}), Object.keys(variables)).map((name) => [
            name,
            union(before?.variables[name] ?? [], variables[name] ?? []),
          ]),
        ),
      });
    }
  }
  return [...merged.values()].sort((a, b) => (a.method + a.query < b.method + b.query ? -1 : 1));
}

function union(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])].sort();
}
