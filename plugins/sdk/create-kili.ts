// Puts the client of one run together.
import { addToReview } from "./add-to-review.ts";
import { appendLabels } from "./append-labels.ts";
import type { SendToKili } from "./call-kili.ts";
import { createIssues } from "./create-issues.ts";
import type { Kili } from "./kili.ts";
import { queryLabels } from "./query-labels.ts";
import { queryProjects } from "./query-projects.ts";
import { sendBackToQueue } from "./send-back-to-queue.ts";
import { updatePropertiesInAssets } from "./update-properties-in-assets.ts";

/** Makes a run's `Kili`; every call goes through `send`, and `projectId` is the project meant by default. */
export function createKili(send: SendToKili, projectId: string): Kili {
  const caller = { send, projectId };
  return {
    labels: (query = {}) => queryLabels(caller, query),
    projects: (query = {}) => queryProjects(caller, query),
    createIssues: (issues) => createIssues(caller, issues),
    sendBackToQueue: (assets) => sendBackToQueue(caller, assets),
    addToReview: (assets) => addToReview(caller, assets),
    appendLabels: (labels) => appendLabels(caller, labels),
    updatePropertiesInAssets: (properties) => updatePropertiesInAssets(caller, properties),
  };
}
