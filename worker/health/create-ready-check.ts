// `GET /readyz`: whether this host can do its work now. Anybody may ask, so the answer is remembered for a moment,
// names no secret, and asks the database one small question. What is wrong inside a plugin is not its business.
import type { Drain } from "../drain.ts";
import type { Env } from "../env.ts";
import { READY_MS, READY_TTL_MS } from "../limits.ts";
import { log } from "../log.ts";
import { isMigrated } from "../store/is-migrated.ts";

export interface ReadyProblem {
  readonly code: "database_not_migrated" | "database_unreachable" | "shutting_down";
  readonly message: string;
}

export interface ReadyDeps {
  readonly drain: Drain;
  readonly now: () => number;
}

/** Makes the check: 200 with nothing wrong, or 503 and what is. */
export function createReadyCheck({ drain, now }: ReadyDeps): (env: Pick<Env, "DB">) => Promise<Response> {
  let known: { readonly problem: ReadyProblem | null } | null = null;
  let askedAt = -Infinity;

  return async ({ DB }) => {
    // Asked for by one request at a time; the others need not wait for it, nor share what belongs to its request.
    if (known === null || now() - askedAt >= READY_TTL_MS) {
      askedAt = now();
      known = { problem: await findProblem(DB) };
    }
    const problems = [...(known.problem === null ? [] : [known.problem]), ...(drain.begun ? [SHUTTING_DOWN] : [])];
    // Cloudflare says the time by itself; a host of one's own would not, and its clock matters more.
    const headers = { "cache-control": "no-store", date: new Date(now()).toUTCString() };
    return problems.length === 0
      ? Response.json({ status: "ready" }, { headers })
      : Response.json({ status: "not_ready", problems }, { status: 503, headers: { ...headers, "retry-after": "5" } });
  };
}

const SHUTTING_DOWN: ReadyProblem = { code: "shutting_down", message: "The host takes no more events: it is stopping" };

async function findProblem(db: D1Database): Promise<ReadyProblem | null> {
  try {
    if (await inTime(isMigrated(db))) return null;
    return { code: "database_not_migrated", message: "The database lacks a migration: apply the migrations" };
  } catch (error) {
    // Its words may name what nobody outside needs to know.
    log("error", "the database did not answer", { error });
    return { code: "database_unreachable", message: "The database does not answer" };
  }
}

async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${READY_MS} ms`)), READY_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
