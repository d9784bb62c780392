// Makes one write to Kili: the one place that every write of a plugin passes, after all checks and just before it is
// sent. Whether it is sent or only recorded is decided here.
import type { KiliUpstream } from "../env.ts";
import type { KiliOperation } from "../kili/check-operation.ts";
import type { Arguments } from "../kili/resolve-arguments.ts";
import { sendOperation, type SendDeps } from "../kili/send-operation.ts";
import { answerLocally, answerSent, type Answered } from "./answered.ts";

/** A write that has passed all checks. */
export interface KiliWrite {
  /** The same for each attempt at the same event. */
  readonly deliveryId: string;
  /** Which of the attempt's calls it is, counted from 1 in the order they came. */
  readonly position: number;
  /** With its root fields, and its text as it goes to Kili. */
  readonly operation: KiliOperation;
  readonly variables: Arguments;
}

export interface WriteDeps extends SendDeps {
  /** Null on a host without a key: the write is recorded. */
  readonly upstream: KiliUpstream | null;
  readonly newId: () => string;
}

/** Sends the write once, whatever becomes of it, or records it. */
export async function makeWrite({ operation, variables }: KiliWrite, deps: WriteDeps): Promise<Answered> {
  if (operation.fields.length === 0) return answerLocally(operation, variables, deps.newId);
  if (deps.upstream !== null)
    return answerSent(operation, await sendOperation(deps.upstream, operation, variables, deps));
  const { answer } = answerLocally(operation, variables, deps.newId);
  return { result: "dry_run", detail: JSON.stringify(variables), answer: { ...answer, dryRun: true } };
}
