// What a plugin imports as "kili-edge/sdk". The harness's own parts are not here.
export { KiliError } from "./kili-error.ts";
export { NotCapable } from "./not-capable.ts";
export { PluginCore } from "./plugin-core.ts";

export type { NewLabels } from "./append-labels.ts";
export type { PluginEnv } from "./create-env.ts";
export type { NewIssues } from "./create-issues.ts";
export type { Logger } from "./create-logger.ts";
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
export type { KiliFailure } from "./kili-error.ts";
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
export type { PluginContext, Run } from "./plugin-context.ts";
export type { DefaultLabelField, LabelField, LabelNode, LabelsQuery } from "./query-labels.ts";
export type {
  DefaultProjectField,
  InterfaceJob,
  JsonInterface,
  ProjectField,
  ProjectNode,
  ProjectsQuery,
} from "./query-projects.ts";
export type { Selected } from "./selected.ts";
export type { IdRow } from "./to-id-rows.ts";
export type { AssetProperties } from "./update-properties-in-assets.ts";
