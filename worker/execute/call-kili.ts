// One call through the Kili door: counted, checked, then made or refused. Expected failures are answers.
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { RunCall } from "../../schemas/run.ts";
import type { KiliUpstream } from "../env.ts";
import { rememberAnswer } from "../kili/answer-members.ts";
import { checkOperation, type KiliOperation } from "../kili/check-operation.ts";
import { checkProjects } from "../kili/check-projects.ts";
import { describeOperationFailure, type OperationRefusal } from "../kili/describe-operation-failure.ts";
import { describeProjectFailure } from "../kili/describe-project-failure.ts";
import { describeWrite } from "../kili/describe-write.ts";
import { describeVariablesFailure } from "../kili/describe-variables-failure.ts";
import { findBroadWrite } from "../kili/find-broad-write.ts";
import type { KnownMembers } from "../kili/known-members.ts";
import { plainVariables } from "../kili/plain-variables.ts";
import type { Member } from "../kili/project-targets.ts";
import type { Arguments } from "../kili/resolve-arguments.ts";
import { sendOperation, type SendDeps } from "../kili/send-operation.ts";
import { MAX_CALL_DETAIL_CHARS } from "../limits.ts";
import { answerLocally, answerSent, targetOf, type Answered } from "./answered.ts";
import { checkMembers } from "./check-members.ts";
import type { DoorProps } from "./door-props.ts";
import { fillContents } from "./fill-contents.ts";
import { describeVerdict, type KiliDoorRun } from "./door-run.ts";
import { findRead, keepRead, type KeptReads } from "./kept-reads.ts";
import { makeWrite } from "./make-write.ts";
import { writeSentence } from "./write-sentence.ts";

export interface KiliCallDeps extends SendDeps {
  readonly run: KiliDoorRun;
  /** Null on a host without a key: writes are recorded, reads refused. */
  readonly upstream: KiliUpstream | null;
  /** Writes are recorded, whether there is a key or not. */
  readonly withholdsWrites?: boolean;
  /** Answers to reads that are kept beside the run. */
  readonly reads?: KeptReads | null;
  /** Shared by all runs: facts about Kili, no permissions. */
  readonly known: KnownMembers;
  /** Private "host:port" pairs that the deployment lets through. */
  readonly allowPrivate: readonly string[];
  /** The way to what is neither Kili's API nor chosen by the deployment. */
  readonly outbound: SendDeps["fetch"];
  readonly now: () => number;
  readonly newId: () => string;
}

type KiliCallProps = Pick<DoorProps, "assetId" | "kiliProjects" | "kiliScopes" | "labelId" | "projectId">;

/** The answer for the guest. `document` and `variables` may be anything a guest can send. */
export async function callKili(
  props: KiliCallProps,
  document: unknown,
  variables: unknown,
  deps: KiliCallDeps,
): Promise<KiliDoorAnswer> {
  const startedAt = deps.now();
  const verdict = await deps.run.begin();
  if (verdict.type !== "allowed") return { error: describeVerdict(verdict) };

  const refuse = async ({ name, message, wanted }: OperationRefusal): Promise<KiliDoorAnswer> => {
    if (wanted !== null) await deps.run.refused({ capability: "kili", wanted, at: startedAt });
    return { error: { name, message } };
  };
  const checked = checkOperation(document, props.kiliScopes);
  if (!checked.ok) return refuse(describeOperationFailure(checked.failure));
  const operation = checked.value;
  const plain = plainVariables(variables);
  if (!plain.ok) return { error: { name: "KiliError", message: describeVariablesFailure(plain.failure) } };
  const inProjects = checkProjects(operation, plain.value, props.kiliProjects);
  if (!inProjects.ok) return refuse(describeProjectFailure(inProjects.failure, targetOf(operation)));
  const broad = operation.kind === "mutation" ? findBroadWrite(operation, plain.value) : null;
  if (broad !== null) return refuse(broad);

  const findRefusal = async (): Promise<OperationRefusal | null> => {
    // Without a key there is nobody to ask, and nothing is sent.
    if (deps.upstream === null) return null;
    const members = inProjects.value.filter((member) => !isOfEvent(member, props));
    return checkMembers(members, props.kiliProjects, targetOf(operation), deps.upstream, deps);
  };
  const { kiliProjects, labelId } = props;
  const upstream = deps.withholdsWrites ? null : deps.upstream;
  const made =
    operation.kind === "mutation"
      ? await makeWrite(
          { operation, variables: plain.value },
          { ...deps, findRefusal, kiliProjects, labelId, upstream },
        )
      : await readAllowed(operation, plain.value, findRefusal, deps);
  if (!made.ok) return refuse(made.failure);
  const answered = made.value;
  const call: RunCall = {
    kind: "kili",
    target: targetOf(operation),
    result: answered.result,
    startedAt,
    ms: deps.now() - startedAt,
    detail: answered.detail === null ? null : clip(answered.detail),
    ...(operation.kind === "mutation" &&
      operation.fields.length > 0 && {
        write: writeSentence(
          describeWrite(operation, plain.value, "data" in answered.answer ? answered.answer.data : {}),
          answered.result,
        ),
      }),
  };
  await deps.run.end(call, answered.write ?? null);
  return answered.answer;
}

async function readAllowed(
  operation: KiliOperation,
  variables: Arguments,
  findRefusal: () => Promise<OperationRefusal | null>,
  deps: KiliCallDeps,
): Promise<Result<Answered, OperationRefusal>> {
  const refusal = await findRefusal();
  return refusal === null ? ok(await answerRead(operation, variables, deps)) : fail(refusal);
}

/** Kili itself has said that these are in the event's project. */
function isOfEvent({ kind, id }: Member, { assetId, labelId }: KiliCallProps): boolean {
  return (kind === "asset" && id === assetId) || (kind === "label" && id === labelId);
}

async function answerRead(operation: KiliOperation, variables: Arguments, deps: KiliCallDeps): Promise<Answered> {
  // Nothing but __typename: answered here, since no scope stands behind it that would let it reach Kili.
  if (operation.fields.length === 0) return answerLocally(operation, variables, deps.newId);
  const kept = deps.reads ? await findRead(deps.reads, operation, variables) : null;
  if (kept !== null) return { result: "ok", detail: null, answer: { data: kept } };
  if (deps.upstream === null && deps.reads) {
    const message = `Cannot read "${targetOf(operation)}": no answer to it is kept, wanted a recording of a trial that asked the same`;
    return { result: "failed", detail: message, answer: { error: { name: "NotRecorded", message } } };
  }
  if (deps.upstream === null) {
    const message = `Cannot read "${targetOf(operation)}" from Kili: the host has no API key, wanted KILI_API_KEY (and KILI_API_ENDPOINT, unless it is Kili's cloud)`;
    return { result: "failed", detail: message, answer: { error: { name: "NoKiliKey", message } } };
  }
  const sent = await sendOperation(deps.upstream, operation, variables, deps);
  if (sent.ok) {
    rememberAnswer(operation, variables, sent.value, deps.known);
    const failure = await fillContents(operation, sent.value, { ...deps, upstream: deps.upstream });
    if (failure !== null) {
      const message = `Cannot read the content of a label from Kili: ${failure}`;
      return { result: "failed", detail: message, answer: { error: { name: "Unavailable", message } } };
    }
    if (deps.reads) await keepRead(deps.reads, operation, variables, sent.value);
  }
  return answerSent(operation, sent);
}

function clip(text: string): string {
  if (text.length <= MAX_CALL_DETAIL_CHARS) return text;
  return `${text.slice(0, MAX_CALL_DETAIL_CHARS)}… (${text.length} characters)`;
}
