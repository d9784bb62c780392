// A trial: a version that nobody registered, run over events that a project had, with its writes withheld. What a caller
// orders, what it is answered, and what the bench that runs it is told.
import * as v from "valibot";
import { ArtifactSchema } from "./artifact.ts";
import type { CallVerdict } from "./inbox.ts";
import type { Refusal, RunCall } from "./run.ts";

const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

/** Answers of Kili to reads, by the hash of what was asked. */
export const RecordingSchema = v.record(
  v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  v.record(v.string(), v.unknown()),
);
export type Recording = v.InferOutput<typeof RecordingSchema>;

/** Where a trial's reads are answered: by Kili, by Kili and kept for another time, or by what was kept. */
export const READS = ["kili", "record", "recording"] as const;

export const TrialOrderSchema = v.object({
  projectId: Id,
  artifact: ArtifactSchema,
  /** In the order they are to be run. */
  eventIds: v.pipe(v.array(Id), v.minLength(1)),
  reads: v.picklist(READS),
  recording: RecordingSchema,
});
export type TrialOrder = v.InferOutput<typeof TrialOrderSchema>;

const WriteSchema = v.object({
  /** The operation's root field. */
  target: v.string(),
  /** The variables as JSON text; null where they were not written down. */
  variables: v.nullable(v.string()),
});
/** One write to Kili that a run made, or would have made. */
export type TriedWrite = v.InferOutput<typeof WriteSchema>;

const TriedRunSchema = v.object({
  outcome: v.string(),
  message: v.nullable(v.string()),
  wallMs: v.number(),
  writes: v.array(WriteSchema),
});
/** What one version did, or would do, with an event. `outcome` is a `RunOutcome`'s type. */
export type TriedRun = v.InferOutput<typeof TriedRunSchema>;

const TriedEventSchema = v.object({
  eventId: v.string(),
  /** `gone`: its payload is not kept. `not_asked`: the version does not ask for such events. `left`: time was up, or the answer full. */
  status: v.picklist(["ran", "gone", "not_asked", "left"]),
  /** The plugin's latest delivery of the event, if it had one that has run. */
  live: v.nullable(TriedRunSchema),
  trial: v.nullable(TriedRunSchema),
});
export type TriedEvent = v.InferOutput<typeof TriedEventSchema>;

export const TrialAnswerSchema = v.object({
  events: v.array(TriedEventSchema),
  /** What Kili answered, where that was to be kept. */
  recorded: RecordingSchema,
});
export type TrialAnswer = v.InferOutput<typeof TrialAnswerSchema>;

/** Why nothing was tried: what is wrong with the order, or too many others. `why` is for its sender. */
export interface TrialRefusal {
  readonly reason: "bad_order" | "busy";
  readonly why: string;
}

/** The bench of one project, as the rest of the host sees it. Every method is written as if a guest held a stub of it. */
export interface TrialBenchRpc {
  /** A `TrialAnswer` as JSON text, or null when too many wait already. */
  run(order: TrialOrder): Promise<string | null>;
  beginCall(runId: string): Promise<CallVerdict>;
  isUnderWay(runId: string): Promise<boolean>;
  endCall(runId: string, call: RunCall): Promise<void>;
  refused(runId: string, refusal: Refusal): Promise<void>;
  /** What was kept of the answer to a read, as JSON text, or null. */
  findRead(runId: string, hash: string): Promise<string | null>;
  /** What Kili answered to a read, as JSON text. */
  keepRead(runId: string, hash: string, data: string): Promise<void>;
}
