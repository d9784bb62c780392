// Sends a write to Kili unless an earlier attempt at the event has. It is journalled as sent right before it goes out, and
// with its ending right after: whenever the process dies in between, the next attempt finds out what became of it, or
// says that nobody knows. It is never sent again on a guess.
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { WriteEnd, WriteFinding } from "../../schemas/inbox.ts";
import type { KiliUpstream } from "../env.ts";
import type { OperationRefusal } from "../kili/describe-operation-failure.ts";
import { isHarmlessTwice } from "../kili/is-harmless-twice.ts";
import { WRITE_SETTLE_MS } from "../limits.ts";
import { lookUpWrite } from "../kili/look-up-write.ts";
import { sendOperation, type SendFailure } from "../kili/send-operation.ts";
import { answerSent, targetOf, type Answered } from "./answered.ts";
import { describeVerdict } from "./door-run.ts";
import { hashWrite } from "./hash-write.ts";
import type { KiliWrite, WriteDeps } from "./make-write.ts";
import { writtenKeys } from "./written-keys.ts";
import { toJournalledAnswer } from "./to-journalled-answer.ts";

const NOT_DONE = { type: "not_done" } as const;

type Unknown = Extract<WriteFinding, { type: "unknown" }>;

/** Answers as Kili does, or as it did the first time. */
export async function writeOnce(
  write: KiliWrite,
  upstream: KiliUpstream,
  deps: WriteDeps,
): Promise<Result<Answered, OperationRefusal>> {
  const hash = await hashWrite(write);
  const found = await deps.run.findWrite(hash);
  switch (found.type) {
    case "new":
      return sendWrite(write, hash, null, upstream, deps);
    case "made":
      return ok(fromJournal(JSON.parse(found.answer) as Record<string, unknown>, null));
    case "unknown":
      return findOut(write, hash, found, upstream, deps);
    case "closed":
      return ok({ result: "failed", detail: null, answer: { error: describeVerdict(found) } });
  }
}

async function findOut(
  write: KiliWrite,
  hash: string,
  found: Unknown,
  upstream: KiliUpstream,
  deps: WriteDeps,
): Promise<Result<Answered, OperationRefusal>> {
  const { operation, variables } = write;
  // What the event is about was there before.
  const made = deps.labelId === null ? found.made : [...found.made, JSON.stringify(deps.labelId)];
  const { projects: sentFor, sentAt } = found;
  const lost = { operation, variables, sentAt, sentFor, made, projects: deps.kiliProjects };
  const trace = await lookUpWrite(lost, (query, given) => sendOperation(upstream, query, given, deps));
  // It may be another's, of which nobody knows either.
  if (trace.type === "done" && found.isAlone) {
    const answer = toJournalledAnswer(trace.data);
    return ok(fromJournal(trace.data, { id: found.id, ending: { type: "answered", answer } }));
  }
  // What was not there when it was looked for may have come since, as long as Kili can still be at it.
  if (trace.type === "not_done" && found.settlesInMs === 0) return sendWrite(write, hash, found.id, upstream, deps);
  const retryAfterMs = trace.type === "not_done" ? found.settlesInMs : null;
  const message = `Cannot tell whether "${targetOf(operation)}" was done: it was sent at ${new Date(found.sentAt).toISOString()} and no answer came; it was not sent again, look at Kili, and call once more if it has to be done`;
  return ok({
    result: "unknown",
    detail: message,
    answer: { error: { name: "UnknownOutcome", message, ...(retryAfterMs !== null && { retryAfterMs }) } },
  });
}

async function sendWrite(
  { operation, variables }: KiliWrite,
  hash: string,
  known: number | null,
  upstream: KiliUpstream,
  deps: WriteDeps,
): Promise<Result<Answered, OperationRefusal>> {
  const refusal = await deps.findRefusal();
  if (refusal !== null) return fail(refusal);
  let id = known;
  let isBegun = false;
  let isOvertaken = false;
  const about = writtenKeys(operation, variables);
  const facts = { about, isHarmlessTwice: isHarmlessTwice(operation, variables), projects: deps.kiliProjects };
  const budget = {
    // Leave to send it: Kili's number of calls allows it, the run is still on, and the journal has it on disk.
    async take() {
      if (!(await deps.budget.take())) return false;
      const begun = await deps.run.beginWrite({ hash, id, ...facts });
      id = begun ?? id;
      isBegun ||= begun !== null;
      isOvertaken = !isBegun;
      return begun !== null;
    },
    pause: (ms: number) => deps.budget.pause(ms),
  };
  const sent = await sendOperation(upstream, operation, variables, { ...deps, budget });
  if (isOvertaken) return ok(overtaken(operation));
  const write = id === null ? null : { id, ending: toEnding(sent, operation, facts.isHarmlessTwice) };
  return ok({ ...answerSent(operation, sent), write });
}

/** Another run of the event is at the same write, or has been: the next attempt finds what became of it. */
function overtaken(operation: KiliWrite["operation"]): Answered {
  const message = `Cannot tell whether "${targetOf(operation)}" was done: another run for the same event has sent it meanwhile; it was not sent again`;
  const error = { name: "UnknownOutcome", message, retryAfterMs: WRITE_SETTLE_MS };
  return { result: "unknown", detail: message, answer: { error } };
}

function fromJournal(data: Record<string, unknown>, write: WriteEnd | null): Answered {
  return { result: "from_journal", detail: null, answer: { data }, write };
}

function toEnding(
  sent: Result<Record<string, unknown>, SendFailure>,
  { fields }: KiliWrite["operation"],
  isHarmlessTwice: boolean,
): WriteEnd["ending"] {
  if (sent.ok) return { type: "answered", answer: toJournalledAnswer(sent.value) };
  const unknown = { type: "unknown", isHarmlessTwice } as const;
  const { failure } = sent;
  switch (failure.reason) {
    case "over_budget":
      return NOT_DONE;
    case "kili_error":
      // An error that names no place is about the request as a whole. One below a root field, or beside another one,
      // comes after something was done.
      return isOfOnly(failure.path, fields.length) ? NOT_DONE : unknown;
    case "http_status":
      return failure.status < 500 ? NOT_DONE : unknown;
    case "timeout":
    case "unreachable":
    case "not_graphql":
    case "answer_too_large":
      return unknown;
  }
}

function isOfOnly(path: string | null, fields: number): boolean {
  return path === null || (fields === 1 && !path.includes("."));
}
