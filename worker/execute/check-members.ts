// Asks Kili, where nobody knows yet, whether what an operation names by its id is in the plugin's projects.
import type { KiliUpstream } from "../env.ts";
import type { OperationRefusal } from "../kili/describe-operation-failure.ts";
import { describeProjectFailure } from "../kili/describe-project-failure.ts";
import { describeSendFailure } from "../kili/describe-send-failure.ts";
import type { KnownMembers } from "../kili/known-members.ts";
import type { Member } from "../kili/project-targets.ts";
import { sendOperation, type SendDeps } from "../kili/send-operation.ts";
import { verifyMembers } from "../kili/verify-members.ts";

/** Why the operation `target` may not be sent; null if all of `members` are in one of the projects. */
export async function checkMembers(
  members: readonly Member[],
  projects: readonly string[],
  target: string,
  upstream: KiliUpstream,
  deps: SendDeps & { readonly known: KnownMembers },
): Promise<OperationRefusal | null> {
  const verified = await verifyMembers(members, projects, deps.known, (text, variables) =>
    sendOperation(upstream, { kind: "query", text }, variables, deps),
  );
  if (verified.ok) return null;
  const { failure } = verified;
  switch (failure.reason) {
    case "foreign_member":
      return describeProjectFailure(failure, target);
    case "too_many_look_ups":
      return notSent(
        target,
        `to see that what it names is in the plugin's projects takes more than ${failure.limit} look-ups, name less at once`,
      );
    case "look_up_failed": {
      const { message } = describeSendFailure(failure.failure, target, "query");
      return notSent(target, `the host could not see that what it names is in the plugin's projects (${message})`);
    }
  }
}

function notSent(target: string, found: string): OperationRefusal {
  return { name: "KiliError", message: `Cannot call "${target}": ${found}`, wanted: null };
}
