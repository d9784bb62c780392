// Which scope of `[permissions] kili` each method of the TypeScript client needs. A test holds the table against what
// the SDK says of each method; what a call needs besides, because of its arguments, is left out.

/** By the method's name. `graphql` is not among them: its scopes are those of the document's fields. */
export const KILI_METHOD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  ...of(["labels", "countLabels"], "labels:read"),
  ...of(["assets", "countAssets"], "assets:read"),
  ...of(["projects", "countProjects", "projectUsers"], "projects:read"),
  ...of(["issues", "countIssues"], "issues:read"),
  ...of(["events"], "events:read"),
  ...of(["appendLabels", "createPredictions", "deleteLabels"], "labels:write"),
  ...of(["sendBackToQueue", "addToReview", "updatePropertiesInAssets", "setMetadata"], "assets:write"),
  ...of(["updatePriority", "assignAssetsToLabelers", "skipAsset", "unskipAsset"], "assets:write"),
  ...of(["addMetadata"], "assets:read", "assets:write"),
  ...of(["createIssues", "createQuestions", "updateIssueStatus"], "issues:write"),
  ...of(["updatePropertiesInProject"], "projects:write"),
  ...of(["createNotification"], "notifications:write"),
};

function of(methods: readonly string[], ...scopes: string[]): Record<string, readonly string[]> {
  return Object.fromEntries(methods.map((method) => [method, scopes]));
}
