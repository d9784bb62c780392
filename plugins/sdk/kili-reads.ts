// The reading half of the Kili client as an author sees it. Types only: create-kili.ts makes it.
import type { AssetConditions } from "./asset-conditions.ts";
import type { AssetNode, EventNode, IssueNode, LabelNode, ProjectNode, ProjectUserNode } from "./kili-nodes.ts";
import type { LabelConditions } from "./label-conditions.ts";
import type { AssetField, AssetsQuery, DefaultAssetField } from "./query-assets.ts";
import type { DefaultEventField, EventField, EventsQuery } from "./query-events.ts";
import type { DefaultIssueField, IssueConditions, IssueField, IssuesQuery } from "./query-issues.ts";
import type { DefaultLabelField, LabelField, LabelsQuery } from "./query-labels.ts";
import type { DefaultProjectUserField, ProjectUserField, ProjectUsersQuery } from "./query-project-users.ts";
import type { DefaultProjectField, ProjectConditions, ProjectField, ProjectsQuery } from "./query-projects.ts";
import type { Rows } from "./rows.ts";
import type { Selected } from "./selected.ts";

/** What reads from Kili. Lists are {@link Rows}: await them for an array, or loop over them with `for await`. */
export interface KiliReads {
  /**
   * Reads labels. Needs `labels:read`. In Kili: `kili.labels`, `kili.labels.list`.
   *
   * @param query Conditions that must all hold, and the `fields` to read.
   * @returns The labels with just those fields; `jsonResponse` is always an object.
   * @example
   * ```ts
   * const labels = await this.kili.labels({ assetId, typeIn: ["DEFAULT"], fields: ["id", "author.email"] });
   * this.logger.info(labels.map((label) => label.author.email));
   * ```
   */
  labels<const Field extends LabelField = DefaultLabelField>(
    query?: LabelsQuery<Field>,
  ): Rows<Selected<LabelNode, Field>>;

  /**
   * Counts labels. Needs `labels:read`. In Kili: `kili.count_labels`, `kili.labels.count`.
   *
   * @param conditions As for `labels`.
   * @returns How many there are.
   * @example
   * ```ts
   * const reviews = await this.kili.countLabels({ assetId, typeIn: ["REVIEW"] });
   * ```
   */
  countLabels(conditions?: LabelConditions): Promise<number>;

  /**
   * Reads assets. Needs `assets:read`. In Kili: `kili.assets`, `kili.assets.list`.
   *
   * @param query Conditions that must all hold, and the `fields` to read.
   * @returns The assets with just those fields; `jsonMetadata` and `labels.jsonResponse` are always objects.
   * @example
   * ```ts
   * for await (const asset of this.kili.assets({ statusIn: ["LABELED"], fields: ["id", "jsonMetadata"] })) {
   *   this.logger.info(asset.id, asset.jsonMetadata);
   * }
   * ```
   */
  assets<const Field extends AssetField = DefaultAssetField>(
    query?: AssetsQuery<Field>,
  ): Rows<Selected<AssetNode, Field>>;

  /**
   * Counts assets. Needs `assets:read`. In Kili: `kili.count_assets`, `kili.assets.count`.
   *
   * @param conditions As for `assets`.
   * @returns How many there are.
   * @example
   * ```ts
   * const waiting = await this.kili.countAssets({ statusIn: ["TODO"] });
   * ```
   */
  countAssets(conditions?: AssetConditions): Promise<number>;

  /**
   * Reads projects: without `projectId`, the plugin's own. Needs `projects:read`.
   * In Kili: `kili.projects`, `kili.projects.list`, which without an id list every project instead.
   *
   * @param query Conditions that must all hold, and the `fields` to read.
   * @returns The projects with just those fields; `jsonInterface` is always an object.
   * @example
   * ```ts
   * const [project] = await this.kili.projects({ fields: ["title", "minConsensusSize"] });
   * ```
   */
  projects<const Field extends ProjectField = DefaultProjectField>(
    query?: ProjectsQuery<Field>,
  ): Rows<Selected<ProjectNode, Field>>;

  /**
   * Counts projects. Needs `projects:read`. In Kili: `kili.count_projects`, `kili.projects.count`.
   *
   * @param conditions As for `projects`.
   * @returns How many there are.
   * @example
   * ```ts
   * const archived = await this.kili.countProjects({ projectId: null, archived: true });
   * ```
   */
  countProjects(conditions?: ProjectConditions): Promise<number>;

  /**
   * Reads the members of a project. Needs `projects:read`. In Kili: `kili.project_users`, `kili.projects.users.list`.
   *
   * @param query Conditions that must all hold, and the `fields` to read.
   * @returns The members with just those fields.
   * @example
   * ```ts
   * const reviewers = (await this.kili.projectUsers()).filter((member) => member.role === "REVIEWER");
   * ```
   */
  projectUsers<const Field extends ProjectUserField = DefaultProjectUserField>(
    query?: ProjectUsersQuery<Field>,
  ): Rows<Selected<ProjectUserNode, Field>>;

  /**
   * Reads issues and questions. Needs `issues:read`. In Kili: `kili.issues`, `kili.issues.list`.
   *
   * @param query Conditions that must all hold, and the `fields` to read.
   * @returns The issues with just those fields.
   * @example
   * ```ts
   * const open = await this.kili.issues({ assetId, status: "OPEN", fields: ["id", "objectMid"] });
   * ```
   */
  issues<const Field extends IssueField = DefaultIssueField>(
    query?: IssuesQuery<Field>,
  ): Rows<Selected<IssueNode, Field>>;

  /**
   * Counts issues and questions. Needs `issues:read`. In Kili: `kili.count_issues`, `kili.issues.count`.
   *
   * @param conditions As for `issues`.
   * @returns How many there are.
   * @example
   * ```ts
   * if ((await this.kili.countIssues({ assetId, status: "OPEN" })) > 0) return;
   * ```
   */
  countIssues(conditions?: IssueConditions): Promise<number>;

  /**
   * Reads what happened in a project. Needs `events:read`. In Kili: `kili.events.list`.
   *
   * @param query Conditions that must all hold, and the `fields` to read.
   * @returns The events with just those fields, the oldest first unless `order` says otherwise.
   * @example
   * ```ts
   * const submits = await this.kili.events({ event: "labels.created.submit", createdAtGte: "2026-11-01", first: 50 });
   * ```
   */
  events<const Field extends EventField = DefaultEventField>(
    query?: EventsQuery<Field>,
  ): Rows<Selected<EventNode, Field>>;
}
