// Several calls of the webhook as one request, the way the process in front of a host hands them to it. A line of JSON
// with what is known of each call, then their bodies as they came, one after the other.
import * as v from "valibot";

/** A call of the webhook without its body. */
export interface BatchedCall {
  /** The plugin that its path names; null for all that asked for the event. */
  readonly plugin: string | null;
  /** The project that its query names. */
  readonly project: string | null;
  readonly authorization: string | null;
  /** What the nearest proxy says of the client's address, as it is. */
  readonly client: string | null;
  readonly bodyBytes: number;
}

/** The answer to one of them, by its place in the batch: one line of JSON each, in any order. */
export interface BatchedAnswer {
  readonly call: number;
  readonly status: number;
  readonly retryAfter: string | null;
  /** JSON text. */
  readonly body: string;
}

const Text = v.nullable(v.string());

const CallsSchema = v.array(
  v.object({
    plugin: Text,
    project: Text,
    authorization: Text,
    client: Text,
    bodyBytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
);

export const BatchedAnswerSchema = v.object({
  call: v.number(),
  status: v.number(),
  retryAfter: Text,
  body: v.string(),
});

const NEWLINE = 10;

/** The first line of a batch. */
export function batchHead(calls: readonly BatchedCall[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(calls)}\n`);
}

/** The calls of a batch with their bodies; throws for bytes that are no batch. */
export function readBatch(bytes: Uint8Array): { readonly call: BatchedCall; readonly body: Uint8Array }[] {
  const end = bytes.indexOf(NEWLINE);
  const calls = v.parse(CallsSchema, JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))));
  let at = end + 1;
  const read = calls.map((call) => ({ call, body: bytes.subarray(at, (at += call.bodyBytes)) }));
  if (at !== bytes.byteLength) throw new RangeError(`found a batch of ${bytes.byteLength} bytes, wanted ${at}`);
  return read;
}
