// Reads a request's body under a cap, without trusting what its headers say.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { AcceptFailure } from "./accept-failure.ts";
import type { HeldBody } from "./body-room.ts";

/**
 * The body's bytes, or `body_too_large` as soon as more than `limitBytes` have come, or `bodies_under_way` as soon as
 * `held` has no room for it: before any of it is read, where its length is declared.
 */
export async function readBody(
  request: Request,
  limitBytes: number,
  held: HeldBody,
): Promise<Result<Uint8Array, AcceptFailure>> {
  const tooLarge = fail<AcceptFailure>({ reason: "body_too_large", limitBytes });
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > limitBytes) return tooLarge;
  // A declared length is kept by the HTTP layer; only bodies without one need counting.
  if (Number.isInteger(declared))
    return held.grow(declared) ? ok(new Uint8Array(await request.arrayBuffer())) : fail({ reason: "bodies_under_way" });
  if (request.body === null) return ok(new Uint8Array());

  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    length += chunk.byteLength;
    if (length > limitBytes) return tooLarge;
    if (!held.grow(chunk.byteLength)) return fail({ reason: "bodies_under_way" });
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return ok(bytes);
}
