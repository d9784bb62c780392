// Makes one write to Kili: the one place that every write of a plugin passes, after all checks. Whether it is sent or only
// recorded is decided here.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import type { KiliOperation } from "../kili/check-operation.ts";
import type { OperationRefusal } from "../kili/describe-operation-failure.ts";
import type { Arguments } from "../kili/resolve-arguments.ts";
import type { SendDeps } from "../kili/send-operation.ts";
import { answerLocally, type Answered } from "./answered.ts";
import type { KiliDoorRun } from "./door-run.ts";
import { writeOnce } from "./write-once.ts";

/** A write that has passed all checks. */
export interface KiliWrite {
  /** With its root fields, and its text as it goes to Kili. */
  readonly operation: KiliOperation;
  readonly variables: Arguments;
}

export interface WriteDeps extends SendDeps {
  readonly run: Pick<KiliDoorRun, "beginWrite" | "findWrite">;
  /** Null on a host without a key: the write is recorded. */
  readonly upstream: KiliUpstream | null;
  readonly newId: () => string;
  /** Asked right before the write is sent, and not for one that was made before: why it may not be. */
  readonly findRefusal: () => Promise<OperationRefusal | null>;
  /** The event's own label, and the projects that the plugin may act on. */
  readonly labelId: string | null;
  readonly kiliProjects: readonly string[];
}

/** Makes the write unless it was made before, or records it. */
export async function makeWrite(write: KiliWrite, deps: WriteDeps): Promise<Result<Answered, OperationRefusal>> {
  const { operation, variables } = write;
  if (operation.fields.length === 0) return ok(answerLocally(operation, variables, deps.newId));
  if (deps.upstream !== null) return writeOnce(write, deps.upstream, deps);
  const refusal = await deps.findRefusal();
  if (refusal !== null) return fail(refusal);
  const { answer } = answerLocally(operation, variables, deps.newId);
  return ok({ result: "dry_run", detail: JSON.stringify(variables), answer: { ...answer, dryRun: true } });
}
