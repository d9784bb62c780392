// The operation in a request's body, as far as it takes to know whose it is. Reads POSTs of JSON; everything else, and
// what is not an operation, is left to the endpoint, which says what is wrong with it.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { readBounded } from "../kili/read-bounded.ts";

const OperationSchema = v.object({
  query: v.string(),
  variables: v.nullish(v.record(v.string(), v.unknown())),
  operationName: v.nullish(v.string()),
});

export type Operation = v.InferOutput<typeof OperationSchema>;

export interface ReadOperation {
  /** Null where there is none to be read. */
  readonly operation: Operation | null;
  /** The request, to be read by somebody else. */
  readonly request: Request;
}

/** Reads the body once and gives back a request that still has it. */
export async function readOperation(
  request: Request,
  limitBytes: number,
): Promise<Result<ReadOperation, "body_too_large">> {
  const isJson = (request.headers.get("content-type") ?? "").toLowerCase().startsWith("application/json");
  if (request.method !== "POST" || !isJson) return ok({ operation: null, request });
  const text = await readBounded(new Response(request.body), { bytes: limitBytes });
  if (text === null) return fail("body_too_large");
  const { url, method, headers } = request;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), OperationSchema), text);
  return ok({
    operation: parsed.success ? parsed.output : null,
    request: new Request(url, { method, headers, body: text }),
  });
}
