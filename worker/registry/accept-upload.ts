// `PUT /api/label/v2/uploads/<secret>`: takes the archive that the URL was given out for, once. What is in the archive
// is looked at when it is built, in another place.
import { fail, ok, type Result } from "../../schemas/result.ts";
import { hashText } from "../build/hash-text.ts";
import type { Env } from "../env.ts";
import { MAX_ARCHIVE_BYTES, MAX_ROW_BYTES } from "../limits.ts";
import { addArchiveChunk } from "../store/add-archive-chunk.ts";
import { dropArchive } from "../store/drop-archive.ts";
import { findUpload } from "../store/find-upload.ts";
import { finishUpload } from "../store/finish-upload.ts";
import { readArchiveChunks } from "../store/read-archive-chunks.ts";
import { cutStream } from "./cut-stream.ts";
import { isSameArchive } from "./is-same-archive.ts";

type UploadFailure = "no_such_upload" | "too_large" | "empty" | "in_use" | "broken_off";

/** Stores the body under the URL's secret. The secret is the permission: whoever has it was given it. */
export async function acceptUpload(request: Request, env: Env, secret: string, now: () => number): Promise<Response> {
  const stored = await store(request, env, await hashText(secret), now);
  if (stored.ok) return Response.json({ bytes: stored.value });
  const [status, found] = describe(stored.failure);
  const error = { code: stored.failure, message: `Cannot take the archive: ${found}` };
  return Response.json({ error }, { status });
}

async function store(
  request: Request,
  env: Env,
  id: string,
  now: () => number,
): Promise<Result<number, UploadFailure>> {
  const upload = await findUpload(env.DB, id);
  if (upload === null || upload.expiresAt <= now()) return fail("no_such_upload");
  if (Number(request.headers.get("content-length")) > MAX_ARCHIVE_BYTES) return fail("too_large");
  if (request.body === null) return fail("empty");
  if (upload.receivedAt !== null) {
    // Kili's SDK sends again what it had no answer to: the same bytes change nothing, and are told so.
    const bytes = await isSameArchive(request.body as ReadableStream<Uint8Array>, readArchiveChunks(env.DB, id));
    return bytes === null ? fail("no_such_upload") : ok(bytes);
  }

  // The first piece claims the URL: a second sender finds it there, and must not touch what the first one sent.
  let isOurs = false;
  const dropped = async (failure: UploadFailure): Promise<Result<number, UploadFailure>> => {
    if (isOurs) await dropArchive(env.DB, id);
    return fail(failure);
  };
  let bytes = 0;
  let position = 0;
  const pieces = cutStream(request.body as ReadableStream<Uint8Array>, MAX_ROW_BYTES);
  for (;;) {
    const piece = await pieces.next();
    if (!piece.ok) return dropped("broken_off");
    if (piece.value === null) break;
    bytes += piece.value.byteLength;
    if (bytes > MAX_ARCHIVE_BYTES) return dropped("too_large");
    if (!(await addArchiveChunk(env.DB, { uploadId: id, position, content: piece.value }))) return dropped("in_use");
    isOurs = true;
    position += 1;
  }
  if (bytes === 0) return fail("empty");
  return (await finishUpload(env.DB, { id, now: now() })) ? ok(bytes) : dropped("no_such_upload");
}

function describe(failure: UploadFailure): readonly [status: number, found: string] {
  switch (failure) {
    case "no_such_upload":
      return [404, "the URL is unknown, used up or expired, wanted a fresh one from createPlugin or generateUpdateUrl"];
    case "too_large":
      return [413, `it is larger than ${MAX_ARCHIVE_BYTES} bytes, wanted at most that`];
    case "empty":
      return [400, "the body is empty, wanted a zip file"];
    case "in_use":
      return [
        409,
        "another archive has been sent to the URL, wanted a fresh one from createPlugin or generateUpdateUrl",
      ];
    case "broken_off":
      return [400, "the body ended before its end, wanted all of it"];
    default:
      return failure satisfies never;
  }
}
