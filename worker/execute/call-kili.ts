// One call through the Kili door: counted, checked, then sent, recorded or refused. Expected failures are answers.
// It does not look at which project the call is about yet: `projectId` is here for the check that will.
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { RunCall } from "../../schemas/run.ts";
import type { KiliUpstream } from "../env.ts";
import { checkOperation, type KiliOperation } from "../kili/check-operation.ts";
import { describeOperationFailure } from "../kili/describe-operation-failure.ts";
import { describeSendFailure } from "../kili/describe-send-failure.ts";
import { describeVariablesFailure } from "../kili/describe-variables-failure.ts";
import { dryRunAnswer } from "../kili/dry-run-answer.ts";
import { plainVariables, type Json } from "../kili/plain-variables.ts";
import { sendOperation, type SendDeps } from "../kili/send-operation.ts";
import { MAX_CALL_DETAIL_CHARS } from "../limits.ts";
import type { DoorProps } from "./door-props.ts";
import { describeVerdict, type DoorRun } from "./door-run.ts";

export interface KiliCallDeps extends SendDeps {
  readonly run: DoorRun;
  /** Null on a host without a key: writes are recorded, reads refused. */
  readonly upstream: KiliUpstream | null;
  readonly now: () => number;
  readonly newId: () => string;
}

type Variables = { readonly [key: string]: Json };

/** The answer for the guest. `document` and `variables` may be anything a guest can send. */
export async function callKili(
  props: Pick<DoorProps, "kiliScopes" | "projectId">,
  document: unknown,
  variables: unknown,
  deps: KiliCallDeps,
): Promise<KiliDoorAnswer> {
  const startedAt = deps.now();
  const verdict = await deps.run.begin();
  if (verdict.type !== "allowed") return { error: describeVerdict(verdict) };

  const checked = checkOperation(document, props.kiliScopes);
  if (!checked.ok) {
    const { name, message, wanted } = describeOperationFailure(checked.failure);
    if (wanted !== null) await deps.run.refused({ capability: "kili", wanted, at: startedAt });
    return { error: { name, message } };
  }
  const operation = checked.value;
  const plain = plainVariables(variables);
  if (!plain.ok) return { error: { name: "KiliError", message: describeVariablesFailure(plain.failure) } };

  const answered = await answer(operation, plain.value, deps);
  await deps.run.end({
    kind: "kili",
    target: targetOf(operation),
    result: answered.result,
    startedAt,
    ms: deps.now() - startedAt,
    detail: answered.detail === null ? null : clip(answered.detail),
  });
  return answered.answer;
}

interface Answered extends Pick<RunCall, "result" | "detail"> {
  readonly answer: KiliDoorAnswer;
}

async function answer(operation: KiliOperation, variables: Variables, deps: KiliCallDeps): Promise<Answered> {
  const { upstream } = deps;
  // Nothing but __typename: answered here, since no scope stands behind it that would let it reach Kili.
  if (operation.fields.length === 0)
    return { result: "ok", detail: null, answer: { data: dryRunAnswer(operation, variables, deps.newId) } };
  if (upstream === null) return answerDry(operation, variables, deps.newId);

  const sent = await sendOperation(upstream, operation, variables, deps);
  if (sent.ok) return { result: "ok", detail: null, answer: { data: sent.value } };
  const error = describeSendFailure(sent.failure, targetOf(operation));
  return { result: "failed", detail: error.message, answer: { error } };
}

function answerDry(operation: KiliOperation, variables: Variables, newId: () => string): Answered {
  if (operation.kind === "mutation")
    return {
      result: "dry_run",
      detail: JSON.stringify(variables),
      answer: { data: dryRunAnswer(operation, variables, newId), dryRun: true },
    };
  const message = `Cannot read "${targetOf(operation)}" from Kili: the host has no API key, wanted KILI_API_KEY (and KILI_API_ENDPOINT, unless it is Kili's cloud)`;
  return { result: "failed", detail: message, answer: { error: { name: "NoKiliKey", message } } };
}

function targetOf(operation: KiliOperation): string {
  return [...new Set(operation.fields.map((field) => field.name.value))].join(", ") || "__typename";
}

function clip(text: string): string {
  if (text.length <= MAX_CALL_DETAIL_CHARS) return text;
  return `${text.slice(0, MAX_CALL_DETAIL_CHARS)}… (${text.length} characters)`;
}
