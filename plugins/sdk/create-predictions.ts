// kili.createPredictions: adds what a model predicts, for labelers to start from.
import { appendLabels } from "./append-labels.ts";
import type { KiliCaller } from "./call-kili.ts";
import type { JsonResponse } from "./label.ts";
import type { IdRow } from "./to-id-rows.ts";

/** Predictions as parallel lists: the entries at one place describe one prediction. */
export interface NewPredictions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  /** The asset of each prediction. */
  readonly assetIds: readonly string[];
  /** The content of each prediction. */
  readonly jsonResponses: readonly JsonResponse[];
  /** The model that made them. */
  readonly modelName: string;
  /** Whether to replace the model's earlier predictions. False by default. */
  readonly overwrite?: boolean;
}

/** Adds the predictions, and gives their ids in the same order. */
export async function createPredictions(caller: KiliCaller, predictions: NewPredictions): Promise<IdRow[]> {
  return appendLabels(caller, { ...predictions, labelType: "PREDICTION" }, "createPredictions");
}
