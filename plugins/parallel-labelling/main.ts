// parallel-labelling: several labelers each do their own jobs on the same asset, by way of consensus. When all have
// submitted, the asset gets one more label with everything: the objects of all, and for a classification that
// several of them answered, the last answer. Other kinds of jobs are left out.
import { KiliError, PluginCore, type Annotation, type JsonResponse, type SubmitEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit({ label, assetId }: SubmitEvent) {
    try {
      return await this.merge(label.id, assetId);
    } catch (error) {
      // Only Kili knows the other labels: a host that tries plugins out without a key cannot get at them.
      if (!(error instanceof KiliError && error.code === "NoKiliKey")) throw error;
      this.logger.warning("Nothing merged:", error.reason);
      return null;
    }
  }

  async merge(labelId: string, assetId: string) {
    const [project] = await this.kili.projects({ fields: ["jsonInterface", "minConsensusSize"] });
    const labelers = project?.minConsensusSize ?? 1;
    if (labelers < 2) return null;

    const labels = await this.kili.labels({
      assetId,
      typeIn: ["DEFAULT"],
      fields: ["createdAt", "id", "isLatestLabelForUser", "jsonResponse"],
    });
    const latest = labels.filter((label) => label.isLatestLabelForUser);
    // More labels than labelers: the merged one is among them already.
    if (latest.length !== labelers) {
      this.logger.info(latest.length, "of", labelers, "labelers are done with", assetId);
      return null;
    }

    const tasks = new Map(Object.entries(project?.jsonInterface.jobs ?? {}).map(([name, job]) => [name, job.mlTask]));
    const inOrder = latest.toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
    const merged = mergeJobs(
      tasks,
      inOrder.map((label) => label.jsonResponse),
    );
    // A label that holds everything needs no merging. It may be the merged label itself, come back as an event:
    // merging it again would never end.
    const submitted = latest.find((label) => label.id === labelId)?.jsonResponse ?? {};
    if (summarize(merged) === summarize(mergeJobs(tasks, [submitted]))) return null;

    const [created] = await this.kili.appendLabels({ assetIds: [assetId], jsonResponses: [merged] });
    this.logger.info("Merged", latest.length, "labels of", assetId, "into", created?.id);
    return { merged: latest.length };
  }
}

/** One content out of several, which come in the order they were made. Jobs that nobody answered are not in it. */
function mergeJobs(tasks: ReadonlyMap<string, string>, labels: readonly JsonResponse[]): JsonResponse {
  const merged: Record<string, JsonResponse[string]> = {};
  for (const [job, task] of tasks) {
    const answers = labels.map((label) => label[job]).filter((answer) => answer !== undefined);
    if (task === "CLASSIFICATION" && answers.length > 0) merged[job] = answers.at(-1);
    if (task !== "OBJECT_DETECTION") continue;
    // An object that several labels share, by its mid, is one object.
    const objects = new Map<unknown, Annotation>();
    for (const annotation of answers.flatMap((answer) => answer.annotations ?? []))
      objects.set(annotation.mid ?? annotation, annotation);
    if (objects.size > 0) merged[job] = { annotations: [...objects.values()] };
  }
  return merged;
}

/** What matters for telling whether two contents say the same. */
function summarize(content: JsonResponse): string {
  const jobs = Object.entries(content).map(([name, job]) => [
    name,
    job?.annotations?.length,
    job?.categories?.map((category) => category.name).toSorted(),
  ]);
  return JSON.stringify(jobs);
}
