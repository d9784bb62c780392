// Puts the client of one run together.
import { addToReview } from "./add-to-review.ts";
import { appendLabels } from "./append-labels.ts";
import { toAssetWhere } from "./asset-conditions.ts";
import { assignAssetsToLabelers } from "./assign-assets-to-labelers.ts";
import { sendDocument, type KiliCaller, type SendToKili } from "./call-kili.ts";
import { countRows } from "./count-rows.ts";
import { createIssues, createQuestions } from "./create-issues.ts";
import { createNotification } from "./create-notification.ts";
import { createPredictions } from "./create-predictions.ts";
import { deleteLabels } from "./delete-labels.ts";
import type { Kili } from "./kili.ts";
import { toLabelWhere } from "./label-conditions.ts";
import { queryAssets } from "./query-assets.ts";
import { queryEvents } from "./query-events.ts";
import { queryIssues, toIssueWhere } from "./query-issues.ts";
import { queryLabels } from "./query-labels.ts";
import { queryProjectUsers } from "./query-project-users.ts";
import { queryProjects, toProjectWhere } from "./query-projects.ts";
import { sendBackToQueue } from "./send-back-to-queue.ts";
import { addMetadata, setMetadata } from "./set-metadata.ts";
import { skipAsset, unskipAsset } from "./skip-asset.ts";
import { updateIssueStatus } from "./update-issue-status.ts";
import { updatePropertiesInAssets } from "./update-properties-in-assets.ts";
import { updatePropertiesInProject } from "./update-properties-in-project.ts";

/** Makes a run's `Kili`; every call goes through `send`, and `projectId` is the project meant by default. */
export function createKili(
  send: SendToKili,
  projectId: string,
  inputType: KiliCaller["inputType"] = async () => null,
): Kili {
  const caller = { send, projectId, inputType };
  return {
    labels: (query = {}) => queryLabels(caller, query),
    countLabels: (which = {}) => countRows(caller, "countLabels", "LabelWhere", toLabelWhere(projectId, which)),
    assets: (query = {}) => queryAssets(caller, query),
    countAssets: (which = {}) => countRows(caller, "countAssets", "AssetWhere", toAssetWhere(projectId, which)),
    projects: (query = {}) => queryProjects(caller, query),
    countProjects: (which = {}) => countRows(caller, "countProjects", "ProjectWhere", toProjectWhere(projectId, which)),
    projectUsers: (query = {}) => queryProjectUsers(caller, query),
    issues: (query = {}) => queryIssues(caller, query),
    countIssues: (which = {}) => countRows(caller, "countIssues", "IssueWhere", toIssueWhere(projectId, which)),
    events: (query = {}) => queryEvents(caller, query),
    createIssues: (issues) => createIssues(caller, issues),
    createQuestions: (questions) => createQuestions(caller, questions),
    updateIssueStatus: (issue) => updateIssueStatus(caller, issue),
    sendBackToQueue: (assets) => sendBackToQueue(caller, assets),
    addToReview: (assets) => addToReview(caller, assets),
    appendLabels: (labels) => appendLabels(caller, labels),
    createPredictions: (predictions) => createPredictions(caller, predictions),
    deleteLabels: (labels) => deleteLabels(caller, labels),
    updatePropertiesInAssets: (properties) => updatePropertiesInAssets(caller, properties),
    addMetadata: (metadata) => addMetadata(caller, metadata),
    setMetadata: (metadata) => setMetadata(caller, metadata),
    updatePriority: (assets) => updatePropertiesInAssets(caller, assets, "updatePriority"),
    assignAssetsToLabelers: (assignments) => assignAssetsToLabelers(caller, assignments),
    skipAsset: (asset) => skipAsset(caller, asset),
    unskipAsset: (asset) => unskipAsset(caller, asset),
    updatePropertiesInProject: (properties) => updatePropertiesInProject(caller, properties),
    createNotification: (notification) => createNotification(caller, notification),
    graphql: (document, variables = {}) => sendDocument(send, "graphql", document, variables),
  };
}
