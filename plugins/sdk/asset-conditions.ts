// Which assets a query is about.
import type { AssetStatus, IssueStatus } from "./kili-nodes.ts";
import type { LabelType } from "./label.ts";
import { toWhere } from "./to-where.ts";

/** Conditions on assets, which must all hold. Times are ISO 8601. */
export interface AssetConditions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly assetId?: string;
  readonly assetIdIn?: readonly string[];
  readonly assetIdNotIn?: readonly string[];
  readonly assigneeIn?: readonly string[];
  readonly consensusMarkGte?: number;
  readonly consensusMarkLte?: number;
  readonly createdAtGte?: string;
  readonly createdAtLte?: string;
  /** Assets whose external id contains one of these; Kili takes few of them at once. */
  readonly externalIdIn?: readonly string[];
  readonly externalIdStrictlyIn?: readonly string[];
  readonly honeypotMarkGte?: number;
  readonly honeypotMarkLte?: number;
  readonly issueStatus?: IssueStatus;
  readonly issueType?: "ISSUE" | "QUESTION";
  readonly labelAuthorIn?: readonly string[];
  readonly labelCreatedAtGte?: string;
  readonly labelCreatedAtLte?: string;
  readonly labelTypeIn?: readonly LabelType[];
  /** By metadata key: a value, or a list of those that are fine. */
  readonly metadataWhere?: Readonly<Record<string, unknown>>;
  readonly skipped?: boolean;
  readonly statusIn?: readonly AssetStatus[];
  readonly updatedAtGte?: string;
  readonly updatedAtLte?: string;
}

/** The conditions as Kili's `AssetWhere`. */
export function toAssetWhere(projectId: string, conditions: AssetConditions): Record<string, unknown> {
  return toWhere({
    project: { id: conditions.projectId ?? projectId },
    id: conditions.assetId,
    idIn: conditions.assetIdIn,
    idNotIn: conditions.assetIdNotIn,
    assigneeIn: conditions.assigneeIn,
    consensusMarkGte: conditions.consensusMarkGte,
    consensusMarkLte: conditions.consensusMarkLte,
    createdAtGte: conditions.createdAtGte,
    createdAtLte: conditions.createdAtLte,
    externalIdIn: conditions.externalIdIn,
    externalIdStrictlyIn: conditions.externalIdStrictlyIn,
    honeypotMarkGte: conditions.honeypotMarkGte,
    honeypotMarkLte: conditions.honeypotMarkLte,
    issue: { status: conditions.issueStatus, type: conditions.issueType },
    label: {
      authorIn: conditions.labelAuthorIn,
      createdAtGte: conditions.labelCreatedAtGte,
      createdAtLte: conditions.labelCreatedAtLte,
      typeIn: conditions.labelTypeIn,
    },
    metadata: conditions.metadataWhere,
    skipped: conditions.skipped,
    statusIn: conditions.statusIn,
    updatedAtGte: conditions.updatedAtGte,
    updatedAtLte: conditions.updatedAtLte,
  });
}
