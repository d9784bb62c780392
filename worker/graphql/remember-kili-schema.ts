// Kili's schema as this host knows it, for a while: in this isolate's memory, and in the database for the next isolate
// and for when Kili is away. An old one is better than none.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { hashText } from "../build/hash-text.ts";
import type { KiliUpstream } from "../env.ts";
import { fetchIntrospection } from "../kili/fetch-introspection.ts";
import type { SendDeps, SendFailure } from "../kili/send-operation.ts";
import { KILI_SCHEMA_MS, KILI_SCHEMA_PAUSE_MS, KILI_SCHEMA_TTL_MS, MAX_ROW_BYTES } from "../limits.ts";
import { readSetting } from "../store/read-setting.ts";
import { writeSetting } from "../store/write-setting.ts";

export interface KiliSchema {
  readonly endpoint: string;
  readonly fetchedAt: number;
  /** Of the text. */
  readonly hash: string;
  /** The value of `__schema` as JSON. */
  readonly text: string;
}

/** `under_way`: another request is reading it just now. */
export type KiliSchemaFailure = SendFailure | { readonly reason: "no_key" } | { readonly reason: "under_way" };

/** Reads Kili's schema; `apiKey` null means that nobody has lent one, and only what is known already can be had. */
export type ReadKiliSchema = (
  db: D1Database,
  { endpoint, apiKey }: { readonly endpoint: KiliUpstream["endpoint"]; readonly apiKey: string | null },
) => Promise<Result<KiliSchema, KiliSchemaFailure>>;

interface Dependencies {
  readonly fetch: SendDeps["fetch"];
  readonly now: () => number;
}

const SETTING = "kili_schema";
const SettingSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ endpoint: v.string(), fetchedAt: v.number(), hash: v.string(), gzip: v.string() }),
);

/** One memory of Kili's schema: make one per isolate. */
export function rememberKiliSchema({ fetch, now }: Dependencies): ReadKiliSchema {
  let known: KiliSchema | null = null;
  let failed: { readonly failure: SendFailure; readonly at: number; readonly asked: string } | null = null;
  // A mark and not a promise: a request must not wait for another's work. It lapses, as a request may be cancelled.
  let underWay: { readonly since: number; readonly asked: string } | null = null;

  return async (db, { endpoint, apiKey }) => {
    const isFresh = (schema: KiliSchema | null) => schema !== null && now() - schema.fetchedAt < KILI_SCHEMA_TTL_MS;
    if (known?.endpoint !== endpoint) known = null;
    if (known && isFresh(known)) return ok(known);
    const stored = await readStored(db, endpoint);
    if (stored && stored.fetchedAt > (known?.fetchedAt ?? 0)) known = stored;
    if (known && isFresh(known)) return ok(known);

    // By key as well: one caller's bad key is nobody else's.
    const asked = `${endpoint} ${apiKey}`;
    const paused = failed?.asked === asked && now() - failed.at < KILI_SCHEMA_PAUSE_MS ? failed.failure : null;
    if (apiKey === null || paused) return known ? ok(known) : fail(paused ?? { reason: "no_key" });
    if (underWay?.asked === asked && now() - underWay.since < KILI_SCHEMA_MS)
      return known ? ok(known) : fail({ reason: "under_way" });
    const mark = { since: now(), asked };
    underWay = mark;
    try {
      const fetched = await fetchIntrospection({ endpoint, apiKey }, fetch);
      if (!fetched.ok) {
        failed = { failure: fetched.failure, at: now(), asked };
        return known ? ok(known) : fetched;
      }
      known = { endpoint, fetchedAt: now(), hash: await hashText(fetched.value), text: fetched.value };
    } finally {
      if (underWay === mark) underWay = null;
    }
    await store(db, known);
    return ok(known);
  };
}

async function readStored(db: D1Database, endpoint: string): Promise<KiliSchema | null> {
  const parsed = v.safeParse(SettingSchema, await readSetting(db, SETTING));
  if (!parsed.success || parsed.output.endpoint !== endpoint) return null;
  const { fetchedAt, hash, gzip } = parsed.output;
  return { endpoint, fetchedAt, hash, text: await gunzipText(gzip) };
}

async function store(db: D1Database, { endpoint, fetchedAt, hash, text }: KiliSchema): Promise<void> {
  const setting = JSON.stringify({ endpoint, fetchedAt, hash, gzip: await gzipText(text) });
  if (setting.length <= MAX_ROW_BYTES) await writeSetting(db, SETTING, setting);
}

async function gzipText(text: string): Promise<string> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let binary = "";
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}

async function gunzipText(packed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
