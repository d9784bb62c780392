// The part of Kili's GraphQL schema that plugins reach, as far as its Python SDK and documentation tell. It is what the
// double validates operations against: a misspelt field, argument or type name fails here as it would at Kili.

/** The schema definition. A string and not a file, so that the double also runs where there are no files. */
export const KILI_SCHEMA = /* GraphQL */ `
  scalar DateTime
  scalar JSON
  scalar PageSize

  enum LabelType {
    AUTOSAVE
    DEFAULT
    INFERENCE
    PREDICTION
    REVIEW
  }
  enum IssueType {
    ISSUE
    QUESTION
  }
  enum IssueStatus {
    CANCELLED
    OPEN
    SOLVED
  }
  enum Status {
    LABELED
    ONGOING
    REVIEWED
    TODO
    TO_REVIEW
  }
  enum InputType {
    IMAGE
    TEXT
    PDF
    VIDEO
    LLM_RLHF
    LLM_INSTR_FOLLOWING
    LLM_STATIC
    GEOSPATIAL
  }
  enum Order {
    asc
    desc
  }

  type User {
    id: ID!
    email: String!
    firstname: String
    lastname: String
    name: String
    organization: Organization
  }
  type Organization {
    id: ID!
    name: String!
  }
  "Kili's own plugins: nothing here should ever ask for them."
  type Plugin {
    id: ID!
    name: String!
    hasBeenAskedOfKili: Boolean
  }
  type ApiKey {
    id: ID!
    name: String!
    user: User
  }
  type ProjectUser {
    id: ID!
    role: String!
    activated: Boolean!
    starred: Boolean
    status: String
    user: User!
  }
  type Label {
    id: ID!
    assetId: ID
    author: User
    authorId: ID
    createdAt: DateTime
    updatedAt: DateTime
    labelType: LabelType!
    jsonResponse: String!
    jsonResponseUrl: String
    modelName: String
    secondsToLabel: Int
    numberOfAnnotations: Int
    isLatestLabelForUser: Boolean!
    isLatestDefaultLabelForUser: Boolean!
    isLatestReviewLabelForUser: Boolean!
    isSentBackToQueue: Boolean
    version: Int
    stepName: String
    labelOf: Asset
    reviewedLabel: Label
    search: JSON
    clientVersion: Int
    consensusMark: Float
    honeypotMark: Float
  }
  type Asset {
    id: ID!
    externalId: String!
    content: String
    jsonContent: String
    jsonMetadata: String
    status: Status
    priority: Int
    consensusMark: Float
    honeypotMark: Float
    skipped: Boolean
    toBeLabeledBy: [String!]
    createdAt: DateTime
    updatedAt: DateTime
    resolution: Resolution
    project: Project
    labels: [Label!]!
    latestLabel: Label
    issues: [Issue!]!
    inferenceMark: Float
    isHoneypot: Boolean
    isUsedForConsensus: Boolean
    isToReview: Boolean
  }
  "Every asset given is under one of these."
  type AssetActionOutcome {
    succeeded: [AssetRefOfOutcome!]!
    declined: [AssetRefOfOutcome!]!
    failed: [AssetFailure!]!
  }
  type AssetRefOfOutcome {
    assetId: ID!
    externalId: String!
  }
  type AssetFailure {
    assetId: ID!
    externalId: String!
    details: String
  }
  type Resolution {
    width: Int
    height: Int
  }
  type Project {
    id: ID!
    title: String!
    description: String
    instructions: String
    inputType: InputType
    jsonInterface: String
    minConsensusSize: Int
    consensusTotCoverage: Int
    reviewCoverage: Int
    useHoneyPot: Boolean
    archivedAt: DateTime
    numberOfAssets: Int
    createdAt: DateTime
    updatedAt: DateTime
    roles: [ProjectUser!]!
    canSkipAsset: Boolean
    canNavigateBetweenAssets: Boolean
    steps: [Step!]
    workflowVersion: String
  }
  type Step {
    id: ID!
    name: String!
  }
  type IssueComment {
    id: ID!
    text: String!
    author: User
    createdAt: DateTime
  }
  type Issue {
    id: ID!
    assetId: ID
    author: User
    comments: [IssueComment!]!
    createdAt: DateTime
    updatedAt: DateTime
    hasBeenSeen: Boolean
    issueNumber: Int
    objectMid: String
    status: IssueStatus!
    type: IssueType!
    project: Project
  }
  type Event {
    id: ID!
    event: String!
    createdAt: DateTime!
    organizationId: ID
    projectId: ID
    userId: ID
    payload: JSON
  }
  type Notification {
    id: ID!
  }

  input ProjectRef {
    id: ID
    idIn: [ID!]
  }
  input AssetRef {
    id: ID
    idIn: [ID!]
    externalIdIn: [String!]
    externalIdStrictlyIn: [String!]
    statusIn: [Status!]
    project: ProjectRef
    label: LabelWhere
    issue: IssueRef
  }
  input UserRef {
    id: ID
    idIn: [ID!]
    activated: Boolean
    email: String
    organization: UserOrganizationRef
  }
  input UserOrganizationRef {
    id: ID
  }
  input LabelWhere {
    user: UserRef
    createdAt: String
    id: ID
    idIn: [ID!]
    project: ProjectRef
    asset: AssetRef
    typeIn: [LabelType!]
    authorIn: [String!]
    createdAtGte: String
    createdAtLte: String
    honeypotMarkGte: Float
    honeypotMarkLte: Float
  }
  input AssetWhere {
    id: ID
    idIn: [ID!]
    project: ProjectRef
    externalIdIn: [String!]
    externalIdStrictlyIn: [String!]
    statusIn: [Status!]
    metadata: JSON
    label: LabelWhere
    skipped: Boolean
    idNotIn: [ID!]
    assigneeIn: [String!]
    consensusMarkGte: Float
    consensusMarkLte: Float
    createdAtGte: String
    createdAtLte: String
    honeypotMarkGte: Float
    honeypotMarkLte: Float
    issue: IssueRef
    updatedAtGte: String
    updatedAtLte: String
  }
  input IssueRef {
    type: IssueType
    status: IssueStatus
  }
  input ProjectWhere {
    id: ID
    idIn: [ID!]
    searchQuery: String
    archived: Boolean
    starred: Boolean
    createdAtGte: String
    createdAtLte: String
    updatedAtGte: String
    updatedAtLte: String
  }
  input ProjectUserWhere {
    id: ID
    project: ProjectRef
    status: String
    deleted: Boolean
    user: UserRef
  }
  input IssueWhere {
    id: ID
    idIn: [ID!]
    project: ProjectRef
    asset: AssetRef
    assetIn: [ID!]
    status: IssueStatus
    type: IssueType
  }
  input EventsWhere {
    organizationId: ID
    projectId: ID!
    createdAtGte: String
    createdAtLte: String
    event: String
    userId: ID
  }
  input EventPagination {
    skip: Int
    first: Int
    fromEventId: ID
    untilEventId: ID
  }
  input IssueToCreate {
    labelID: ID
    objectMid: String
    type: IssueType!
    assetId: ID
    text: String
  }
  input IssueData {
    status: IssueStatus
  }
  input LabelData {
    assetID: ID!
    authorID: ID
    clientVersion: Int
    jsonResponse: String
    modelName: String
    referencedLabelId: ID
    secondsToLabel: Float
  }
  input AppendManyLabelsData {
    labelType: LabelType
    stepName: String
    overwrite: Boolean
    labelsData: [LabelData!]!
  }
  input AssetData {
    externalId: String
    priority: Int
    jsonMetadata: String
    consensusMark: Float
    honeypotMark: Float
    toBeLabeledBy: [String!]
    shouldResetToBeLabeledBy: Boolean
    content: String
    jsonContent: String
    isUsedForConsensus: Boolean
    isHoneypot: Boolean
    status: Status
  }
  input ProjectData {
    title: String
    description: String
    instructions: String
    jsonInterface: String
    minConsensusSize: Int
    consensusTotCoverage: Int
    reviewCoverage: Int
    useHoneyPot: Boolean
    canNavigateBetweenAssets: Boolean
    canSkipAsset: Boolean
    archived: Boolean
  }
  input NotificationData {
    message: String!
    status: String
    url: String
    userID: ID
    hasBeenSeen: Boolean
  }

  input UserWhere {
    id: ID
    email: String
    organization: OrganizationRef
  }
  input OrganizationRef {
    id: ID!
  }
  input ApiKeyWhere {
    key: String
    user: UserWhere
    isAskedOfKili: Boolean
  }

  type Query {
    viewer: User!
    users(where: UserWhere!, first: PageSize!, skip: Int!): [User!]!
    countUsers(where: UserWhere!): Int!
    apiKeys(where: ApiKeyWhere!, first: PageSize!, skip: Int!): [ApiKey!]!
    listPlugins: [Plugin!]!
    labels(where: LabelWhere!, first: PageSize!, skip: Int!): [Label!]!
    countLabels(where: LabelWhere!): Int!
    assets(where: AssetWhere!, first: PageSize!, skip: Int!): [Asset!]!
    countAssets(where: AssetWhere!): Int!
    projects(where: ProjectWhere!, first: PageSize!, skip: Int!): [Project!]!
    countProjects(where: ProjectWhere!): Int!
    projectUsers(where: ProjectUserWhere!, first: PageSize!, skip: Int!): [ProjectUser!]!
    countProjectUsers(where: ProjectUserWhere!): Int!
    issues(where: IssueWhere!, first: PageSize!, skip: Int!): [Issue!]!
    countIssues(where: IssueWhere!): Int!
    events(where: EventsWhere!, pagination: EventPagination!, order: Order): [Event!]!
  }
  type Mutation {
    createIssues(issues: [IssueToCreate!]!, where: AssetWhere!): [Issue!]!
    updatePropertiesInIssue(data: IssueData!, where: IssueWhere!): Issue!
    sendBackAssetsToQueue(where: AssetWhere!): Project
    sendAssetsBackToQueue(where: AssetWhere!): AssetActionOutcome!
    addAllLabeledAssetsToReview(where: AssetWhere!): Project
    addAssetsToReview(where: AssetWhere!): AssetActionOutcome!
    assignAssets(where: AssetWhere!, userIds: [String!]!): AssetActionOutcome!
    setAssetsPriority(where: AssetWhere!, priority: Int!): AssetActionOutcome!
    setAssetConsensus(assetId: ID, externalId: String, projectId: ID!, isConsensus: Boolean!): Boolean!
    appendManyLabels(data: AppendManyLabelsData!, where: AssetWhere!): [Label!]!
    deleteLabels(ids: [ID!]!): [ID!]!
    updatePropertiesInAssets(where: [AssetWhere!]!, data: [AssetData!]!): [Asset!]!
    assignAssetsToLabelers(where: AssetWhere!, userIds: [String!]!): [Asset!]!
    skipAsset(reason: String!, where: AssetWhere!): Asset
    unskipAsset(projectId: ID!, assetId: ID!): ID
    updatePropertiesInProject(data: ProjectData!, where: ProjectWhere!): Project!
    createNotification(data: NotificationData!): Notification!
  }
`;
