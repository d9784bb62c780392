// A page of what happened in a project, as Kili's `events` tells it, and the labels that it is about. Maps nothing.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { KiliUpstream } from "../env.ts";
import { describeSendFailure } from "../kili/describe-send-failure.ts";
import { sendOperation, type SendDeps } from "../kili/send-operation.ts";
import { BACKFILL_PAGE_EVENTS } from "../limits.ts";
import type { BackfillOrder } from "../../schemas/backfill.ts";

const EventSchema = v.object({
  id: v.string(),
  event: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  userId: v.nullish(v.string()),
  payload: v.nullish(v.record(v.string(), v.unknown())),
});
const EventsSchema = v.object({ data: v.array(EventSchema) });
const EVENTS = `query events($where: EventsWhere!, $pagination: EventPagination!, $order: Order) {
  data: events(where: $where, pagination: $pagination, order: $order) { id event createdAt userId payload }
}`;

const LabelSchema = v.looseObject({ id: v.string(), assetId: v.nullish(v.string()) });
const LabelsSchema = v.object({ data: v.array(LabelSchema) });
const LABELS = `query labels($where: LabelWhere!, $first: PageSize!, $skip: Int!) {
  data: labels(where: $where, first: $first, skip: $skip) {
    id assetId authorId createdAt isLatestLabelForUser isSentBackToQueue jsonResponse labelType modelName
    numberOfAnnotations secondsToLabel
  }
}`;

export type KiliEvent = v.InferOutput<typeof EventSchema>;
export type KiliLabel = v.InferOutput<typeof LabelSchema>;

export interface KiliSource {
  readonly upstream: KiliUpstream;
  readonly sending: SendDeps;
}

/** The page, the oldest event first; the failure is in words for people. */
export async function readKiliEvents(
  { projectId, since, until, skip }: BackfillOrder,
  source: KiliSource,
): Promise<Result<readonly KiliEvent[], string>> {
  const where = {
    projectId,
    createdAtGte: new Date(since).toISOString(),
    createdAtLte: new Date(until).toISOString(),
  };
  const pagination = { first: BACKFILL_PAGE_EVENTS, skip };
  const read = await ask(source, "events", EVENTS, { where, pagination, order: "asc" }, EventsSchema);
  return read.ok ? ok(read.value.data) : read;
}

/** The labels of these ids that there are. */
export async function readKiliLabels(
  projectId: string,
  ids: readonly string[],
  source: KiliSource,
): Promise<Result<readonly KiliLabel[], string>> {
  if (ids.length === 0) return ok([]);
  const where = { project: { id: projectId }, idIn: ids };
  const read = await ask(source, "labels", LABELS, { where, first: ids.length, skip: 0 }, LabelsSchema);
  return read.ok ? ok(read.value.data) : read;
}

async function ask<Schema extends v.GenericSchema>(
  { upstream, sending }: KiliSource,
  field: string,
  text: string,
  variables: object,
  schema: Schema,
): Promise<Result<v.InferOutput<Schema>, string>> {
  const sent = await sendOperation(upstream, { kind: "query", text }, variables, sending);
  if (!sent.ok) return fail(describeSendFailure(sent.failure, field, "query").message);
  const answer = v.safeParse(schema, sent.value);
  if (answer.success) return ok(answer.output);
  return fail(`Cannot read "${field}" from Kili: ${v.summarize(answer.issues)}, wanted what its API documents`);
}
