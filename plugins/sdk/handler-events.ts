// What each handler is given. Types only: to-handler-call.ts builds the values out of Kili's webhook bodies.
import type { JsonResponse, Label, ReviewLabel } from "./label.ts";

/** Given to `onSubmit`. `Response` is the project's own type of labels, if there is one; here and below. */
export interface SubmitEvent<Response extends JsonResponse = JsonResponse> {
  /** The label that was submitted. */
  readonly label: Label<Response>;
  /** The asset it is on. */
  readonly assetId: string;
}

/** Given to `onReview`. */
export interface ReviewEvent<Response extends JsonResponse = JsonResponse> {
  /** The reviewer's label. */
  readonly label: ReviewLabel<Response>;
  /** The asset it is on. */
  readonly assetId: string;
}

/** Given to `onCustomInterfaceClick`. Kili sends no more of the label than `id` and `jsonResponse`. */
export interface CustomInterfaceClickEvent<Response extends JsonResponse = JsonResponse> {
  /** The label as it stood when the button was clicked. */
  readonly label: Label<Response>;
  /** The asset that was open. */
  readonly assetId: string;
}

/** The project settings whose changes Kili reports. */
export type SettingKey =
  | "archivedAt"
  | "canNavigateBetweenAssets"
  | "canSkipAsset"
  | "consensusTotCoverage"
  | "description"
  | "inputType"
  | "instructions"
  | "isAnonymized"
  | "jsonInterface"
  | "metadataTypes"
  | "minConsensusSize"
  | "reviewCoverage"
  | "title"
  | "useHoneyPot";

/** One setting that changed. */
export interface SettingUpdate {
  readonly key: SettingKey | (string & {});
  readonly newValue: unknown;
  readonly oldValue: unknown;
}

/** Given to `onProjectUpdated`. */
export interface ProjectUpdatedEvent {
  readonly settingsUpdated: readonly SettingUpdate[];
}

/** Given to `onSendBackToQueue`. */
export interface SendBackToQueueEvent {
  /** The asset that went back to the queue. */
  readonly assetId: string;
}

/**
 * Given to `onEvent`: the event as Kili sent it, in either of the shapes Kili has used,
 * `{ event, label, … }` or `{ event, organizationId, projectId, userId, payload }`.
 */
export interface EventPayload {
  /** The event's name, such as `labels.created.submit`. */
  readonly event: string;
  readonly label?: Label;
  readonly payload?: { readonly label?: Label; readonly [field: string]: unknown };
  readonly projectId?: string;
  readonly userId?: string;
  readonly [field: string]: unknown;
}

/** The argument of each handler, by the handler's name. */
export interface HandlerEvents {
  onSubmit: SubmitEvent;
  onReview: ReviewEvent;
  onCustomInterfaceClick: CustomInterfaceClickEvent;
  onProjectUpdated: ProjectUpdatedEvent;
  onSendBackToQueue: SendBackToQueueEvent;
  onEvent: EventPayload;
}

/** A value that survives JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** What a handler may return: nothing, or a value that is kept with the run. */
export type HandlerResult = JsonValue | void | Promise<JsonValue | void>;
