// What the double remembers, and how its root fields read and change it. Liberal where Kili is strict about ids it has
// never seen: tests send events about assets that nobody uploaded.

export interface AssetRow {
  readonly id: string;
  readonly externalId: string;
  readonly projectId: string;
  /** What the writes that say what became of each asset do with it; "succeeded" unless a test says otherwise. */
  readonly outcome?: "declined" | "failed";
  readonly [field: string]: unknown;
}

export interface LabelRow {
  readonly id: string;
  readonly assetId: string;
  readonly labelType: string;
  readonly jsonResponse: string;
  readonly [field: string]: unknown;
}

export interface IssueRow {
  readonly id: string;
  readonly assetId: string | null;
  readonly type: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

export interface KiliState {
  readonly projects: Map<string, { readonly id: string; readonly title: string; readonly [field: string]: unknown }>;
  readonly assets: Map<string, AssetRow>;
  readonly labels: Map<string, LabelRow>;
  readonly issues: Map<string, IssueRow>;
  readonly notifications: Record<string, unknown>[];
  readonly events: { readonly id: string; readonly [field: string]: unknown }[];
}

interface EventsWhere {
  readonly projectId: string;
  readonly createdAtGte?: string;
  readonly createdAtLte?: string;
}

/** An empty Kili. */
export function createKiliState(): KiliState {
  return {
    projects: new Map(),
    assets: new Map(),
    labels: new Map(),
    issues: new Map(),
    notifications: [],
    events: [],
  };
}

interface Where {
  readonly id?: string;
  readonly idIn?: readonly string[];
  readonly project?: { readonly id?: string };
  readonly asset?: { readonly id?: string; readonly idIn?: readonly string[] };
  readonly assetIn?: readonly string[];
  readonly externalIdIn?: readonly string[];
  readonly externalIdStrictlyIn?: readonly string[];
  readonly statusIn?: readonly string[];
  readonly typeIn?: readonly string[];
  readonly status?: string;
  readonly type?: string;
  readonly issue?: object;
}

interface Page {
  readonly first: number;
  readonly skip: number;
}

type Row = { readonly id: string; readonly [field: string]: unknown };

/** Where Kili keeps the content of these projects' labels behind a URL. */
const CONTENT_ELSEWHERE: ReadonlySet<unknown> = new Set([
  "GEOSPATIAL",
  "LLM_INSTR_FOLLOWING",
  "LLM_RLHF",
  "LLM_STATIC",
  "VIDEO",
]);

/** Root fields as functions of their arguments, in the form graphql-js takes as a root value. */
export function createKiliResolvers(state: KiliState): Record<string, (given: never, origin: string) => unknown> {
  let issued = 0;
  const newId = (kind: string): string => `${kind}-${(issued += 1)}`;

  const assetOf = (id: unknown): AssetRow | null => state.assets.get(String(id)) ?? null;
  const projectOf = (row: Row): unknown => row.projectId ?? assetOf(row.assetId)?.projectId;
  const matches = (row: Row, where: Where): boolean =>
    (where.id === undefined || row.id === where.id) &&
    (where.idIn === undefined || where.idIn.includes(row.id)) &&
    (where.project?.id === undefined || (projectOf(row) ?? where.project.id) === where.project.id) &&
    (where.asset?.id === undefined || row.assetId === where.asset.id) &&
    (where.asset?.idIn === undefined || where.asset.idIn.includes(String(row.assetId))) &&
    (where.assetIn === undefined || where.assetIn.includes(String(row.assetId))) &&
    (where.externalIdIn === undefined || where.externalIdIn.includes(String(row.externalId))) &&
    (where.externalIdStrictlyIn === undefined || where.externalIdStrictlyIn.includes(String(row.externalId))) &&
    (where.statusIn === undefined || where.statusIn.includes(String(row.status))) &&
    (where.typeIn === undefined || where.typeIn.includes(String(row.labelType))) &&
    (where.status === undefined || row.status === where.status) &&
    (where.type === undefined || row.type === where.type);
  const select = <R extends Row>(rows: Map<string, R>, where: Where): R[] =>
    [...rows.values()].filter((row) => matches(row, where));
  const page = <R>(rows: readonly R[], { first, skip }: Page): readonly R[] => rows.slice(skip, skip + first);

  const inputTypeOf = (row: Row): unknown => state.projects.get(String(projectOf(row)))?.inputType;
  /** A label's content, or where it is. */
  const withContent = (row: LabelRow): object =>
    CONTENT_ELSEWHERE.has(inputTypeOf(row))
      ? {
          jsonResponse: "{}",
          jsonResponseUrl: (_: unknown, origin: string) => `${origin}/api/label/v2/contents/${row.id}`,
        }
      : {};
  const withLabel = (row: LabelRow): object => ({
    isLatestLabelForUser: true,
    isLatestDefaultLabelForUser: row.labelType === "DEFAULT",
    isLatestReviewLabelForUser: row.labelType === "REVIEW",
    ...row,
    ...withContent(row),
    labelOf: () => withAsset(assetOf(row.assetId)),
  });
  const withAsset = (row: AssetRow | null): object | null =>
    row && {
      ...row,
      labels: () => select(state.labels, { asset: { id: row.id } }).map(withLabel),
      latestLabel: () =>
        select(state.labels, { asset: { id: row.id } })
          .map(withLabel)
          .at(-1) ?? null,
      issues: () => select(state.issues, { asset: { id: row.id } }),
      project: () => state.projects.get(row.projectId) ?? null,
    };
  /** Changes the assets that `where` names; those that nobody uploaded come to be. */
  const updateAssets = (where: Where, change: object): AssetRow[] => {
    const ids = where.idIn ?? (where.id === undefined ? select(state.assets, where).map(({ id }) => id) : [where.id]);
    return ids.map((id) => {
      const known = assetOf(id) ?? { id, externalId: id, projectId: where.project?.id ?? "unknown" };
      const changed: AssetRow = { ...known, ...change, updatedAt: new Date().toISOString() };
      state.assets.set(id, changed);
      return changed;
    });
  };

  const sendBack = (where: Where): AssetRow[] => {
    const assets = updateAssets(where, { status: "ONGOING" });
    for (const { id } of assets)
      for (const label of select(state.labels, { asset: { id } }))
        state.labels.set(label.id, { ...label, isSentBackToQueue: true });
    return assets;
  };
  /** Does something with the assets that can have it done, and says what became of each. */
  const eachAsset = (where: Where, act: (where: Where) => readonly AssetRow[]): object => {
    const ids = where.idIn ?? (where.id === undefined ? select(state.assets, where).map(({ id }) => id) : [where.id]);
    const by = (outcome: AssetRow["outcome"]) => ids.filter((id) => assetOf(id)?.outcome === outcome);
    const refer = (id: string) => ({ assetId: id, externalId: assetOf(id)?.externalId ?? id });
    const done = by(undefined);
    return {
      succeeded: done.length === 0 ? [] : act({ idIn: done }).map(({ id }) => refer(id)),
      declined: by("declined").map(refer),
      failed: by("failed").map((id) => ({ ...refer(id), details: "the asset is locked" })),
    };
  };

  const rolesIn = ({ project, status }: Where): readonly { readonly status?: string }[] =>
    ((state.projects.get(String(project?.id))?.roles ?? []) as readonly { readonly status?: string }[]).filter(
      (role) => status === undefined || role.status === status,
    );

  return {
    labels: (given: { where: Where } & Page) => page(select(state.labels, given.where), given).map(withLabel),
    countLabels: ({ where }: { where: Where }) => select(state.labels, where).length,
    assets: (given: { where: Where } & Page) => page(select(state.assets, given.where), given).map(withAsset),
    countAssets: ({ where }: { where: Where }) => select(state.assets, where).length,
    projects: (given: { where: Where } & Page) => page(select(state.projects, given.where), given),
    countProjects: ({ where }: { where: Where }) => select(state.projects, where).length,
    projectUsers: (given: { where: Where } & Page) => page(rolesIn(given.where), given),
    countProjectUsers: ({ where }: { where: Where }) => rolesIn(where).length,
    viewer: () => VIEWER,
    users: () => [VIEWER],
    countUsers: () => 1,
    apiKeys: () => [],
    listPlugins: () => [],
    issues: (given: { where: Where } & Page) => page(select(state.issues, given.where), given),
    countIssues: ({ where }: { where: Where }) => select(state.issues, where).length,
    events: ({ where, pagination, order }: { where: EventsWhere; pagination: Page; order?: string }) => {
      const time = ({ createdAt }: { readonly [field: string]: unknown }) => Date.parse(String(createdAt));
      const meant = state.events.filter(
        (event) =>
          event.projectId === where.projectId &&
          !(time(event) < Date.parse(where.createdAtGte ?? "")) &&
          !(time(event) > Date.parse(where.createdAtLte ?? "")),
      );
      return page(order === "asc" ? meant.toSorted((a, b) => time(a) - time(b)) : meant, pagination);
    },

    createIssues: ({ issues }: { issues: readonly Record<string, unknown>[] }) =>
      issues.map((wanted) => {
        const id = newId("issue");
        const comments = wanted.text ? [{ id: newId("comment"), text: wanted.text }] : [];
        const issue: IssueRow = {
          status: "OPEN",
          createdAt: new Date().toISOString(),
          ...wanted,
          id,
          comments,
          assetId: nullable(wanted.assetId),
          type: String(wanted.type),
        };
        state.issues.set(id, issue);
        return issue;
      }),
    updatePropertiesInIssue: ({ data, where }: { data: object; where: Where }) => {
      const [issue] = select(state.issues, where);
      if (issue === undefined) throw new Error(`[notFound] no issue with id ${where.id}`);
      const changed = { ...issue, ...data, updatedAt: new Date().toISOString() };
      state.issues.set(issue.id, changed);
      return changed;
    },
    sendBackAssetsToQueue: ({ where }: { where: Where }) => ({ id: sendBack(where)[0]?.projectId ?? "unknown" }),
    sendAssetsBackToQueue: ({ where }: { where: Where }) => eachAsset(where, sendBack),
    addAssetsToReview: ({ where }: { where: Where }) =>
      eachAsset(where, (those) => updateAssets(those, { status: "TO_REVIEW" })),
    assignAssets: ({ where, userIds }: { where: Where; userIds: readonly string[] }) =>
      eachAsset(where, (those) => updateAssets(those, { toBeLabeledBy: userIds })),
    setAssetsPriority: ({ where, priority }: { where: Where; priority: number }) =>
      eachAsset(where, (those) => updateAssets(those, { priority })),
    setAssetConsensus: (given: { assetId?: string; externalId?: string; projectId: string; isConsensus: boolean }) => {
      const where = given.assetId === undefined ? { externalIdIn: [given.externalId ?? ""] } : { id: given.assetId };
      updateAssets({ ...where, project: { id: given.projectId } }, { isUsedForConsensus: given.isConsensus });
      return given.isConsensus;
    },
    addAllLabeledAssetsToReview: ({ where }: { where: Where }) => {
      const [asset] = updateAssets(where, { status: "TO_REVIEW" });
      return asset ? { id: asset.projectId } : null;
    },
    appendManyLabels: ({ data }: { data: { labelType?: string; labelsData: readonly Record<string, unknown>[] } }) =>
      data.labelsData.map((wanted) => {
        const id = newId("label");
        const label: LabelRow = {
          ...wanted,
          createdAt: new Date().toISOString(),
          id,
          author: { id: nullable(wanted.authorID) ?? VIEWER.id },
          assetId: String(wanted.assetID),
          labelType: data.labelType ?? "DEFAULT",
          jsonResponse: nullable(wanted.jsonResponse) ?? "{}",
        };
        state.labels.set(id, label);
        return withLabel(label);
      }),
    deleteLabels: ({ ids }: { ids: readonly string[] }) => ids.filter((id) => state.labels.delete(id)),
    updatePropertiesInAssets: ({ where, data }: { where: readonly Where[]; data: readonly object[] }) =>
      where.flatMap((one, index) => updateAssets(one, data[index] ?? {})).map(withAsset),
    assignAssetsToLabelers: ({ where, userIds }: { where: Where; userIds: readonly string[] }) =>
      updateAssets(where, { toBeLabeledBy: userIds }).map(withAsset),
    skipAsset: ({ where }: { where: Where }) => withAsset(updateAssets(where, { skipped: true })[0] ?? null),
    unskipAsset: (given: { assetId: string; projectId: string }) =>
      updateAssets({ id: given.assetId, project: { id: given.projectId } }, { skipped: false })[0]?.id ?? null,
    updatePropertiesInProject: ({ data, where }: { data: object; where: Where }) => {
      const id = where.id ?? "unknown";
      const changed = { title: id, ...state.projects.get(id), ...data, id, updatedAt: new Date().toISOString() };
      state.projects.set(id, changed);
      return changed;
    },
    createNotification: ({ data }: { data: Record<string, unknown> }) => {
      const notification = { ...data, id: newId("notification") };
      state.notifications.push(notification);
      return notification;
    },
  };
}

/** Whose key the double takes. */
const VIEWER = {
  id: "kili-user",
  email: "user@kili.example",
  firstname: "Kili",
  organization: { id: "org", name: "Organization" },
};

function nullable(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
