// The writing half of the Kili client as an author sees it. Types only: create-kili.ts makes it.
import type { NewLabels } from "./append-labels.ts";
import type { Assignments } from "./assign-assets-to-labelers.ts";
import type { NewIssues, NewQuestions } from "./create-issues.ts";
import type { NewNotification } from "./create-notification.ts";
import type { NewPredictions } from "./create-predictions.ts";
import type { IssueStatus } from "./kili-nodes.ts";
import type { AssetMetadata } from "./set-metadata.ts";
import type { AssetOfProject } from "./skip-asset.ts";
import type { IdRow } from "./to-id-rows.ts";
import type { AssetProperties } from "./update-properties-in-assets.ts";
import type { ProjectProperties } from "./update-properties-in-project.ts";

/** What changes things in Kili. A write is sent once, whatever becomes of it. */
export interface KiliWrites {
  /**
   * Opens issues on labels, or on objects of them. Needs `issues:write`, and `labels:read` without `assetIds`.
   * In Kili: `kili.create_issues`, `kili.issues.create`.
   *
   * @param issues Parallel lists, one entry per issue.
   * @returns The new issues' ids, in the same order.
   * @example
   * ```ts
   * await this.kili.createIssues({ labelIds: [label.id], assetIds: [assetId], texts: ["The sky is no car"] });
   * ```
   */
  createIssues(issues: NewIssues): Promise<IdRow[]>;

  /**
   * Asks questions about assets. Needs `issues:write`. In Kili: `kili.create_questions`, `kili.questions.create`.
   *
   * @param questions Parallel lists, one entry per question.
   * @returns The new questions' ids, in the same order.
   * @example
   * ```ts
   * await this.kili.createQuestions({ assetIds: [assetId], texts: ["Is the left one a van?"] });
   * ```
   */
  createQuestions(questions: NewQuestions): Promise<IdRow[]>;

  /**
   * Solves, cancels or reopens an issue. Needs `issues:write`.
   * In Kili: `kili.update_issue_status`, `kili.issues.solve`, `cancel` and `open`.
   *
   * @param issue The issue and its new status.
   * @returns The issue's id, or null when Kili names none.
   * @example
   * ```ts
   * await this.kili.updateIssueStatus({ issueId: issue.id, status: "SOLVED" });
   * ```
   */
  updateIssueStatus(issue: { readonly issueId: string; readonly status: IssueStatus }): Promise<IdRow | null>;

  /**
   * Sends assets back to the labeling queue. Needs `assets:write`.
   * In Kili: `kili.send_back_to_queue`, `kili.assets.invalidate`.
   *
   * @param assets The assets' ids.
   * @returns The project's id, or null when Kili names none.
   * @example
   * ```ts
   * await this.kili.sendBackToQueue({ assetIds: [assetId] });
   * ```
   */
  sendBackToQueue(assets: { readonly assetIds: readonly string[] }): Promise<IdRow | null>;

  /**
   * Moves labelled assets on to review. Needs `assets:write`.
   * In Kili: `kili.add_to_review`, `kili.assets.move_to_next_step`.
   *
   * @param assets The assets' ids.
   * @returns The project's id, or null when no asset could be moved.
   * @example
   * ```ts
   * await this.kili.addToReview({ assetIds: [assetId] });
   * ```
   */
  addToReview(assets: { readonly assetIds: readonly string[] }): Promise<IdRow | null>;

  /**
   * Adds labels to assets. Needs `labels:write`.
   * In Kili: `kili.append_labels`, `kili.labels.create_default` and its neighbours.
   *
   * @param labels Parallel lists, one entry per label.
   * @returns The new labels' ids, in the same order.
   * @example
   * ```ts
   * await this.kili.appendLabels({
   *   assetIds: [assetId],
   *   jsonResponses: [{ CLASSIFICATION_JOB: { categories: [{ name: "RED" }] } }],
   * });
   * ```
   */
  appendLabels(labels: NewLabels): Promise<IdRow[]>;

  /**
   * Adds a model's predictions to assets. Needs `labels:write`.
   * In Kili: `kili.create_predictions`, `kili.labels.create_prediction`.
   *
   * @param predictions Parallel lists, one entry per prediction.
   * @returns The new labels' ids, in the same order.
   * @example
   * ```ts
   * await this.kili.createPredictions({ assetIds: [assetId], jsonResponses: [prediction], modelName: "cars-2" });
   * ```
   */
  createPredictions(predictions: NewPredictions): Promise<IdRow[]>;

  /**
   * Deletes labels for good. Needs `labels:write`. In Kili: `kili.delete_labels`, `kili.labels.delete`.
   *
   * @param labels The labels' ids.
   * @returns The ids of those that were there.
   * @example
   * ```ts
   * await this.kili.deleteLabels({ labelIds: outdated.map((label) => label.id) });
   * ```
   */
  deleteLabels(labels: { readonly labelIds: readonly string[] }): Promise<string[]>;

  /**
   * Sets properties of assets. Needs `assets:write`. In Kili: `kili.update_properties_in_assets`.
   *
   * @param properties Parallel lists, one entry per asset.
   * @returns The ids of the changed assets.
   * @example
   * ```ts
   * await this.kili.updatePropertiesInAssets({ assetIds: [assetId], jsonMetadatas: [{ checked: true }] });
   * ```
   */
  updatePropertiesInAssets(properties: AssetProperties): Promise<IdRow[]>;

  /**
   * Adds to assets' metadata, and leaves the keys alone that are not given. It reads the metadata first: needs
   * `assets:read` and `assets:write`. In Kili: `kili.add_metadata`, `kili.assets.add_metadata`.
   *
   * @param metadata Parallel lists, one entry per asset.
   * @returns The ids of the changed assets.
   * @example
   * ```ts
   * await this.kili.addMetadata({ assetIds: [assetId], jsonMetadata: [{ accuracy: 0.9 }] });
   * ```
   */
  addMetadata(metadata: AssetMetadata): Promise<IdRow[]>;

  /**
   * Replaces assets' metadata. Needs `assets:write`. In Kili: `kili.set_metadata`, `kili.assets.set_metadata`.
   *
   * @param metadata Parallel lists, one entry per asset.
   * @returns The ids of the changed assets.
   * @example
   * ```ts
   * await this.kili.setMetadata({ assetIds: [assetId], jsonMetadata: [{}] });
   * ```
   */
  setMetadata(metadata: AssetMetadata): Promise<IdRow[]>;

  /**
   * Says which assets are labelled first. Needs `assets:write`. In Kili: `kili.assets.update_priority`.
   *
   * @param assets Parallel lists, one entry per asset; higher comes first.
   * @returns The ids of the changed assets.
   * @example
   * ```ts
   * await this.kili.updatePriority({ assetIds: [assetId], priorities: [10] });
   * ```
   */
  updatePriority(assets: {
    readonly assetIds: readonly string[];
    readonly priorities: readonly number[];
  }): Promise<IdRow[]>;

  /**
   * Says who is to label assets, with one call for each asset. Needs `assets:write`.
   * In Kili: `kili.assign_assets_to_labelers`, `kili.assets.assign`.
   *
   * @param assignments Parallel lists, one entry per asset.
   * @returns The ids of the changed assets.
   * @example
   * ```ts
   * await this.kili.assignAssetsToLabelers({ assetIds: [assetId], toBeLabeledBy: [[expert.user.id]] });
   * ```
   */
  assignAssetsToLabelers(assignments: Assignments): Promise<IdRow[]>;

  /**
   * Takes an asset out of the queue. Needs `assets:write`. In Kili: `kili.skip_or_unskip`, `kili.assets.skip`.
   *
   * @param asset The asset, and why.
   * @returns The asset's id, or null when Kili names none.
   * @example
   * ```ts
   * await this.kili.skipAsset({ assetId, reason: "Too dark" });
   * ```
   */
  skipAsset(asset: AssetOfProject & { readonly reason: string }): Promise<IdRow | null>;

  /**
   * Puts a skipped asset back. Needs `assets:write`. In Kili: `kili.skip_or_unskip`, `kili.assets.unskip`.
   *
   * @param asset The asset.
   * @example
   * ```ts
   * await this.kili.unskipAsset({ assetId });
   * ```
   */
  unskipAsset(asset: AssetOfProject): Promise<void>;

  /**
   * Changes a project's settings. Needs `projects:write`.
   * In Kili: `kili.update_properties_in_project`, `kili.projects.update`.
   *
   * @param properties The new settings; what is not given stays.
   * @returns The project's id, or null when Kili names none.
   * @example
   * ```ts
   * await this.kili.updatePropertiesInProject({ reviewCoverage: 100 });
   * ```
   */
  updatePropertiesInProject(properties: ProjectProperties): Promise<IdRow | null>;

  /**
   * Tells a user of Kili something. Needs `notifications:write`; Kili lets only its own administrators do it.
   * In Kili: `kili.create_notification`.
   *
   * @param notification The message and the user.
   * @returns The notification's id, or null when Kili names none.
   * @example
   * ```ts
   * await this.kili.createNotification({ userId: label.authorId, message: "Please look again", url: "/label" });
   * ```
   */
  createNotification(notification: NewNotification): Promise<IdRow | null>;
}
