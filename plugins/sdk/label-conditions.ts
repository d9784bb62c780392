// Which labels a query is about.
import type { AssetStatus } from "./kili-nodes.ts";
import type { LabelType } from "./label.ts";
import { toWhere } from "./to-where.ts";

/** Conditions on labels, which must all hold. Times are ISO 8601. */
export interface LabelConditions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly labelId?: string;
  /** Labels with one of these ids. */
  readonly idContains?: readonly string[];
  readonly assetId?: string;
  readonly assetExternalIdIn?: readonly string[];
  readonly assetStatusIn?: readonly AssetStatus[];
  readonly authorIn?: readonly string[];
  readonly createdAt?: string;
  readonly createdAtGte?: string;
  readonly createdAtLte?: string;
  readonly honeypotMarkGte?: number;
  readonly honeypotMarkLte?: number;
  readonly typeIn?: readonly LabelType[];
  readonly userId?: string;
}

/** The conditions as Kili's `LabelWhere`. */
export function toLabelWhere(projectId: string, conditions: LabelConditions): Record<string, unknown> {
  return toWhere({
    project: { id: conditions.projectId ?? projectId },
    id: conditions.labelId,
    idIn: conditions.idContains,
    asset: {
      id: conditions.assetId,
      externalIdIn: conditions.assetExternalIdIn,
      statusIn: conditions.assetStatusIn,
    },
    authorIn: conditions.authorIn,
    createdAt: conditions.createdAt,
    createdAtGte: conditions.createdAtGte,
    createdAtLte: conditions.createdAtLte,
    honeypotMarkGte: conditions.honeypotMarkGte,
    honeypotMarkLte: conditions.honeypotMarkLte,
    typeIn: conditions.typeIn,
    user: { id: conditions.userId },
  });
}
