// What the rest of the host may ask of an inbox, the Durable Object that journals one Kili project.
// Types only. No guest ever holds a stub of it; every method is still written as if one did.
import type { EventFacts } from "./event.ts";
import type { CameAnswer, SoughtEvent, UnlessCame } from "./sought-event.ts";
import type { Refusal, RunCall, LogLine } from "./run.ts";

/** An event on its way into the journal. `body` is the webhook body as it came: text, or bytes when large. */
export interface IncomingEvent extends Omit<EventFacts, "id"> {
  readonly body: string | Uint8Array;
  readonly bodyBytes: number;
  /** Set by `POST /webhook/:plugin`: deliver to this plugin only, if it asked for the event. */
  readonly onlyPlugin: string | null;
  /** Only of what is filled in. */
  readonly unlessCame?: UnlessCame;
}

/** Given only once the event is on disk. */
export type AcceptAnswer =
  | { readonly type: "accepted"; readonly id: string; readonly deliveries: number }
  | { readonly type: "duplicate"; readonly id: string }
  /** `onlyPlugin` names a plugin that is not active on this project. */
  | { readonly type: "unknown_plugin" }
  | { readonly type: "unavailable"; readonly reason: string }
  /** Too much waits in the inbox already, or too many bytes of `bodies` are on their way to its disk. */
  | { readonly type: "full"; readonly level: Exclude<BacklogLevel, "room"> | "bodies" };

/** Whether an inbox takes events, or what it has too much of: deliveries that wait, or bytes. */
export type BacklogLevel = "room" | "too_many" | "too_large";

/** The inbox's word on one call a run wants to make through a door. */
export type CallVerdict =
  /** `position` counts the run's calls from 1. */
  | { readonly type: "allowed"; readonly position: number }
  /** The run is over, or was never here: its doors are shut. */
  | { readonly type: "closed" }
  | { readonly type: "over_limit"; readonly limit: number };

/** What an inbox has journalled of a write to Kili that a run is about to make. */
export type WriteFinding =
  | { readonly type: "new" }
  /** An attempt or delivery before has made it; `answer` is Kili's `data` as JSON text. */
  | { readonly type: "made"; readonly answer: string }
  /**
   * It was sent, and nobody knows what became of it; Kili is done with it in `settlesInMs`. `made` are the answers to
   * other writes about the same things around that time, anybody's. `isAlone`: all of those are answered, but for writes
   * that are the same as this one. `projects` are those that it could be about; null where that was not written down.
   */
  | {
      readonly type: "unknown";
      readonly id: number;
      readonly sentAt: number;
      readonly settlesInMs: number;
      readonly made: readonly string[];
      readonly isAlone: boolean;
      readonly projects: readonly string[] | null;
    }
  /** The run is over. */
  | { readonly type: "closed" };

/** A write that is about to be sent. */
export interface WriteBeginning {
  /** Of its document and variables. */
  readonly hash: string;
  /** Where it was sent before. */
  readonly id: number | null;
  /** What it names, as `asset <id>`, `label <id>` or `project`: an event about one of them may have come of it. */
  readonly about: readonly string[];
  /** It may reach Kili twice, one close upon the other, and leave it as once does. */
  readonly isHarmlessTwice: boolean;
  /** What its plugin may act on: project ids, or "*". */
  readonly projects: readonly string[];
}

/** What became of a write that was journalled as sent. */
export interface WriteEnd {
  readonly id: number;
  readonly ending:
    | { readonly type: "answered"; readonly answer: string }
    /** It certainly was not done. */
    | { readonly type: "not_done" }
    /** `isHarmlessTwice`: as it was said when it began. */
    | { readonly type: "unknown"; readonly isHarmlessTwice: boolean };
}

/** What waits for one plugin in an inbox. */
export interface PluginBacklog {
  readonly pluginName: string;
  readonly deliveries: number;
  readonly oldestAt: number;
}

/** What is waiting in an inbox. Times are epoch milliseconds. */
export interface InboxStatus {
  readonly pendingDeliveries: number;
  readonly runsInFlight: number;
  readonly unflushedRuns: number;
  readonly oldestPendingAt: number | null;
  /** The plugins with most deliveries pending, those first. */
  readonly pendingByPlugin: readonly PluginBacklog[];
  /** The oldest event or end of a run that the history does not have yet. */
  readonly oldestUnflushedAt: number | null;
  /** Parts of the history that the database refused by themselves, and is asked to take again now and then. */
  readonly setAside: number;
  readonly backlog: BacklogLevel;
  /** Of the inbox's own database. */
  readonly journalBytes: number;
}

/** What became of a dead letter that was to be replayed. */
export type ReplayAnswer =
  | { readonly type: "replayed"; readonly deliveryId: string; readonly replayId: string }
  | { readonly type: "refused"; readonly deliveryId: string; readonly reason: ReplayRefusal };

/**
 * - `gone`: it is not in the inbox: its event is no longer kept, or somebody else has decided.
 * - `not_active`: its plugin is not active on the project.
 * - `quarantined`: its plugin is.
 */
export type ReplayRefusal = "gone" | "not_active" | "quarantined";

/** What became of an event that was to be delivered to a plugin once more. */
export type EventReplayAnswer =
  | { readonly type: "replayed"; readonly deliveryId: string }
  | { readonly type: "refused"; readonly reason: ReplayRefusal };

/**
 * Where an event is that the history does not have: it waits for its hand-over, or the history refused it by itself and
 * is asked to take it again now and then.
 */
export type EventPlace = "waiting" | "set_aside";

/** A run that has not ended yet: what came of it so far, without the secrets in it. Times are epoch milliseconds. */
export interface RunUnderWay {
  readonly runId: string;
  readonly eventId: string;
  readonly deliveryId: string;
  readonly projectId: string;
  readonly pluginName: string;
  readonly attempt: number;
  readonly startedAt: number;
  /** The newest lines, oldest first, and how many there are in all. */
  readonly logs: readonly LogLine[];
  readonly logLines: number;
  readonly calls: readonly RunCall[];
}

export interface InboxRpc {
  /**
   * Takes events of the inbox's project, at most `MAX_CALL_EVENTS`. An `AcceptAnswer` for each of them, in their
   * order, as JSON text: objects would reach the caller as a resource to be disposed of, at half the price of a call.
   */
  accept(events: readonly IncomingEvent[]): Promise<string>;
  /** Plugins, versions or activations changed: the next event is matched against the new state. */
  registryChanged(projectId: string): Promise<void>;
  status(): Promise<InboxStatus>;
  /** Those of the event types that some active plugin asks for. */
  wantedTypes(projectId: string, types: readonly string[]): Promise<string[]>;
  /** Which of these events came that the history may not have yet. Of very many, the first ones only. */
  whichCame(sought: readonly SoughtEvent[]): Promise<CameAnswer>;
  /** Lets a plugin that is held back run again; false when it was not held back. */
  resume(pluginName: string): Promise<boolean>;
  /** Delivers dead letters again, as deliveries of their own, to what their plugins are now. */
  replay(deliveryIds: readonly string[]): Promise<ReplayAnswer[]>;
  /** Gives dead letters up; the answer are those that are gone now, whoever saw to it. */
  discard(deliveryIds: readonly string[]): Promise<string[]>;
  /** Delivers an event that is kept to a plugin once more, whatever became of it before. */
  replayEvent(eventId: string, pluginName: string): Promise<EventReplayAnswer>;
  /** The runs under way with the end of their logs, or one of them with more of it. */
  underWay(runId: string | null): Promise<RunUnderWay[]>;
  /** Where an event is that the history does not have; null when the inbox does not know of one. */
  findEvent(eventId: string): Promise<EventPlace | null>;
  /** A kept event's body as it came; null when it is not kept. */
  readEventBody(eventId: string): Promise<string | Uint8Array | null>;
  /** Asked by a door before each call; counts it. */
  beginCall(runId: string): Promise<CallVerdict>;
  /** Asked by a door that has kept a call waiting: false once the run is over. */
  isUnderWay(runId: string): Promise<boolean>;
  /** Told by a door after each call it made or recorded; `write` also once the run is over. */
  endCall(runId: string, call: RunCall, write: WriteEnd | null): Promise<void>;
  /** Asked by a door about a write that has passed all checks, by the hash of its document and variables. */
  findWrite(runId: string, hash: string): Promise<WriteFinding>;
  /**
   * Told by a door right before it sends a write, which is on disk then. The write's id, or null once the run is over:
   * then nothing may be sent.
   */
  beginWrite(runId: string, write: WriteBeginning): Promise<number | null>;
  /** Told by a door when it refused a call for want of a permission. */
  refused(runId: string, refusal: Refusal): Promise<void>;
}
