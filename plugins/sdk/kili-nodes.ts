// What Kili's lists hold, as far as this SDK knows the types of their fields. Types only; what Kili gives besides can be
// asked for by name, and is `unknown`. Whatever has an `id` is chosen from field by field, anything else comes whole.
import type { JsonResponse, LabelSearch, LabelType } from "./label.ts";

/** Where an asset stands. */
export type AssetStatus = "TODO" | "ONGOING" | "LABELED" | "TO_REVIEW" | "REVIEWED" | (string & {});

/** Where an issue stands. */
export type IssueStatus = "OPEN" | "SOLVED" | "CANCELLED";

/** One job of a project's interface. */
export interface InterfaceJob {
  /** `CLASSIFICATION`, `OBJECT_DETECTION`, `TRANSCRIPTION`, `NAMED_ENTITIES_RECOGNITION` … */
  readonly mlTask: string;
  readonly content?: { readonly categories?: Readonly<Record<string, unknown>>; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A project's labelling interface. */
export interface JsonInterface {
  /** The jobs, by name. Nested jobs stand beside their parents here. */
  readonly jobs?: Readonly<Record<string, InterfaceJob>>;
  readonly [field: string]: unknown;
}

/** A user of Kili. */
export interface UserNode {
  id: string;
  email: string;
  firstname: string;
  lastname: string;
}

/** A label, as `labels` gives it. Times are ISO 8601, in UTC, here and below. */
export interface LabelNode {
  id: string;
  assetId: string;
  author: UserNode;
  clientVersion: number | null;
  consensusMark: number | null;
  createdAt: string;
  honeypotMark: number | null;
  isLatestDefaultLabelForUser: boolean;
  isLatestLabelForUser: boolean;
  isLatestReviewLabelForUser: boolean;
  isSentBackToQueue: boolean;
  jsonResponse: JsonResponse;
  jsonResponseUrl: string | null;
  labelOf: AssetNode;
  labelType: LabelType;
  modelName: string | null;
  numberOfAnnotations: number | null;
  search: LabelSearch | null;
  secondsToLabel: number | null;
  updatedAt: string;
}

/** An asset, as `assets` gives it. */
export interface AssetNode {
  id: string;
  consensusMark: number | null;
  content: string | null;
  createdAt: string;
  externalId: string;
  honeypotMark: number | null;
  inferenceMark: number | null;
  isHoneypot: boolean;
  isUsedForConsensus: boolean;
  issues: readonly IssueNode[];
  jsonContent: string | null;
  jsonMetadata: Readonly<Record<string, unknown>>;
  labels: readonly LabelNode[];
  latestLabel: LabelNode | null;
  priority: number;
  skipped: boolean;
  status: AssetStatus;
  updatedAt: string;
}

/** A project, as `projects` gives it. */
export interface ProjectNode {
  id: string;
  archivedAt: string | null;
  consensusTotCoverage: number | null;
  createdAt: string;
  description: string | null;
  /** `IMAGE`, `VIDEO`, `PDF`, `TEXT`, `GEOSPATIAL`, `LLM_RLHF` … */
  inputType: string;
  instructions: string | null;
  jsonInterface: JsonInterface;
  /** How many labelers label a consensus asset. */
  minConsensusSize: number | null;
  numberOfAssets: number;
  reviewCoverage: number | null;
  roles: readonly RoleNode[];
  title: string;
  updatedAt: string;
  useHoneyPot: boolean;
}

/** What a user may do in a project. */
export interface RoleNode {
  id: string;
  role: string;
  user: UserNode;
}

/** A member of a project, as `projectUsers` gives them. */
export interface ProjectUserNode extends RoleNode {
  activated: boolean;
  starred: boolean;
  status: string;
}

/** An issue or a question, as `issues` gives it. */
export interface IssueNode {
  id: string;
  assetId: string;
  author: UserNode;
  comments: readonly CommentNode[];
  createdAt: string;
  hasBeenSeen: boolean;
  issueNumber: number;
  objectMid: string | null;
  status: IssueStatus;
  type: "ISSUE" | "QUESTION";
  updatedAt: string;
}

/** What somebody wrote about an issue. */
export interface CommentNode {
  id: string;
  author: UserNode;
  createdAt: string;
  text: string;
}

/** What happened in a project, as `events` gives it. */
export interface EventNode {
  id: string;
  createdAt: string;
  /** The event's name, such as `labels.created.submit`. */
  event: string;
  organizationId: string | null;
  payload: Readonly<Record<string, unknown>> | null;
  projectId: string | null;
  userId: string | null;
}
