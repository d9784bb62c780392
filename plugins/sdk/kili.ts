// The Kili client as an author sees it. Types only: create-kili.ts makes it, each method has a file of its own.
// Names and meanings are those of Kili's Python SDK, in camelCase; the domain API's names are in the comments.
import type { NewLabels } from "./append-labels.ts";
import type { NewIssues } from "./create-issues.ts";
import type { DefaultLabelField, LabelField, LabelNode, LabelsQuery } from "./query-labels.ts";
import type { DefaultProjectField, ProjectField, ProjectNode, ProjectsQuery } from "./query-projects.ts";
import type { Selected } from "./selected.ts";
import type { IdRow } from "./to-id-rows.ts";
import type { AssetProperties } from "./update-properties-in-assets.ts";

/**
 * Kili's API, in the name of the host: the plugin never sees the key. Each method needs the scope it names in
 * `[permissions] kili`. Many items go out in several calls, one after the other, and every call counts as one
 * of the run's `subrequests`.
 *
 * All methods throw `NotCapable` without the scope, `KiliError` when Kili refuses or cannot be reached, and
 * `TypeError` when lists that belong together differ in length.
 */
export interface Kili {
  /**
   * Reads labels. Needs `labels:read`. In Kili: `kili.labels`, `kili.labels.list`.
   *
   * @param query Conditions that must all hold, and the `fields` to read.
   * @returns One object per label, with just those fields; `jsonResponse` is always an object.
   * @example
   * ```ts
   * const labels = await this.kili.labels({ assetId, typeIn: ["DEFAULT"], fields: ["id", "author.email"] });
   * this.logger.info(labels.map((label) => label.author.email));
   * ```
   */
  labels<const Field extends LabelField = DefaultLabelField>(
    query?: LabelsQuery<Field>,
  ): Promise<Selected<LabelNode, Field>[]>;

  /**
   * Reads projects: without `projectId`, the plugin's own. Needs `projects:read`.
   * In Kili: `kili.projects`, `kili.projects.list`, which without an id list every project instead.
   *
   * @param query The project, and the `fields` to read.
   * @returns One object per project, with just those fields; `jsonInterface` is always an object.
   * @example
   * ```ts
   * const [project] = await this.kili.projects({ fields: ["title", "minConsensusSize"] });
   * ```
   */
  projects<const Field extends ProjectField = DefaultProjectField>(
    query?: ProjectsQuery<Field>,
  ): Promise<Selected<ProjectNode, Field>[]>;

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
}
