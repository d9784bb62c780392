// What a plugin imports as "kili-edge/sdk". The harness's own parts are not here.
export { annotationsOf } from "./annotations-of.ts";
export { areaOf } from "./area-of.ts";
export { boxOf } from "./box-of.ts";
export { categoriesOf } from "./categories-of.ts";
export { countByCategory } from "./count-by-category.ts";
export { GiveUp } from "./give-up.ts";
export { intersectionOverUnion } from "./intersection-over-union.ts";
export { KiliError } from "./kili-error.ts";
export { NotCapable } from "./not-capable.ts";
export { PluginCore } from "./plugin-core.ts";
export { RetryLater } from "./retry-later.ts";
export { textOf } from "./text-of.ts";

export type { AnnotationConditions } from "./annotations-of.ts";
export type { NewLabels } from "./append-labels.ts";
export type { AssetConditions } from "./asset-conditions.ts";
export type { Assignments } from "./assign-assets-to-labelers.ts";
export type { Box } from "./box-of.ts";
export type { PluginEnv } from "./create-env.ts";
export type { NewIssues, NewQuestions } from "./create-issues.ts";
export type { Logger } from "./create-logger.ts";
export type { NewNotification } from "./create-notification.ts";
export type { NewPredictions } from "./create-predictions.ts";
export type {
  CustomInterfaceClickEvent,
  EventPayload,
  HandlerEvents,
  HandlerResult,
  JsonValue,
  ProjectUpdatedEvent,
  ReviewEvent,
  SendBackToQueueEvent,
  SettingKey,
  SettingUpdate,
  SubmitEvent,
} from "./handler-events.ts";
export type { Kili } from "./kili.ts";
export type { KiliErrorCode, KiliFailure } from "./kili-error.ts";
export type {
  AssetNode,
  AssetStatus,
  CommentNode,
  EventNode,
  InterfaceJob,
  IssueNode,
  IssueStatus,
  JsonInterface,
  LabelNode,
  ProjectNode,
  ProjectUserNode,
  RoleNode,
  UserNode,
} from "./kili-nodes.ts";
export type { KiliReads } from "./kili-reads.ts";
export type { KiliWrites } from "./kili-writes.ts";
export type {
  Annotation,
  BoundingPoly,
  Category,
  JobResponse,
  JsonResponse,
  Label,
  LabelSearch,
  LabelType,
  ReviewLabel,
  Vertex,
} from "./label.ts";
export type { LabelConditions } from "./label-conditions.ts";
export type { PluginContext, Run } from "./plugin-context.ts";
export type {
  AnnotationOf,
  Answers,
  Choice,
  ChosenClass,
  DrawnObject,
  Entities,
  Frames,
  Objects,
  PosePoint,
  Relation,
  RelationEnd,
  Relations,
  TextEntity,
  Transcription,
} from "./project-answers.ts";
export type { AssetField, AssetsQuery, DefaultAssetField } from "./query-assets.ts";
export type { DefaultEventField, EventField, EventsQuery } from "./query-events.ts";
export type { DefaultIssueField, IssueConditions, IssueField, IssuesQuery } from "./query-issues.ts";
export type { DefaultLabelField, LabelField, LabelsQuery } from "./query-labels.ts";
export type { DefaultProjectUserField, ProjectUserField, ProjectUsersQuery } from "./query-project-users.ts";
export type { DefaultProjectField, ProjectConditions, ProjectField, ProjectsQuery } from "./query-projects.ts";
export type { PageOptions } from "./query-rows.ts";
export type { Rows } from "./rows.ts";
export type { Selected } from "./selected.ts";
export type { AssetMetadata } from "./set-metadata.ts";
export type { AssetOfProject } from "./skip-asset.ts";
export type { IdRow } from "./to-id-rows.ts";
export type { AssetProperties } from "./update-properties-in-assets.ts";
export type { ProjectProperties } from "./update-properties-in-project.ts";
