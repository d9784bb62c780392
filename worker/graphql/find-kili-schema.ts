// Kili's schema for a host that forwards to it. Without it the host goes on with its own: what fails is said in the log.
import { kiliEndpoint, kiliUpstream, type Env } from "../env.ts";
import { describeSendFailure } from "../kili/describe-send-failure.ts";
import { forwardTarget } from "../kili/forward-target.ts";
import type { KiliSchema, ReadKiliSchema } from "./remember-kili-schema.ts";

interface Dependencies {
  readonly readKiliSchema: ReadKiliSchema;
  readonly reportError: (error: unknown) => void;
}

/** Null where nothing is forwarded, and where Kili's schema cannot be had. `headers` may hold a caller's own Kili key. */
export async function findKiliSchema(
  env: Env,
  headers: Headers,
  { readKiliSchema, reportError }: Dependencies,
): Promise<KiliSchema | null> {
  const target = forwardTarget(env, headers);
  if (!target.ok && target.failure.reason !== "no_caller_key") return null;
  // The host's own key first: the schema is the same for all, and a caller's is lent for one operation only.
  const apiKey = kiliUpstream(env)?.apiKey ?? (target.ok ? target.value.apiKey : null);
  try {
    const read = await readKiliSchema(env.DB, { endpoint: kiliEndpoint(env), apiKey });
    if (read.ok) return read.value;
    if (read.failure.reason !== "no_key" && read.failure.reason !== "under_way")
      reportError(new Error(describeSendFailure(read.failure, "__schema", "query").message));
  } catch (error) {
    reportError(error);
  }
  return null;
}
