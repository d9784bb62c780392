// consensus: when all labelers of a consensus asset have submitted, the asset gets one more label, with the objects
// that everybody drew. How many labelers an asset has is the project's minimal consensus size.
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
      fields: ["id", "isLatestLabelForUser", "jsonResponse"],
    });
    const latest = labels.filter((label) => label.isLatestLabelForUser);
    // More labels than labelers: the merged one is among them already.
    if (latest.length !== labelers) {
      this.logger.info(latest.length, "of", labelers, "labelers are done with", assetId);
      return null;
    }

    const jobs = Object.entries(project?.jsonInterface.jobs ?? {});
    const objectJobs = jobs.filter(([, job]) => job.mlTask === "OBJECT_DETECTION").map(([name]) => name);
    const everybody = latest.map((label) => label.jsonResponse);
    const merged = mergeObjects(objectJobs, everybody);
    // A label that holds everybody's objects needs no merging. It may be the merged label itself, come back as an
    // event: merging it again would never end.
    const submitted = latest.find((label) => label.id === labelId)?.jsonResponse ?? {};
    if (countObjects(merged) === countObjects(mergeObjects(objectJobs, [submitted]))) return null;

    const [created] = await this.kili.appendLabels({ assetIds: [assetId], jsonResponses: [merged] });
    this.logger.info("Merged", latest.length, "labels of", assetId, "into", created?.id);
    return { merged: latest.length };
  }
}

/** The objects of all labels, job by job. An object that several labels share, by its mid, counts once. */
function mergeObjects(jobs: readonly string[], labels: readonly JsonResponse[]): JsonResponse {
  const merged = jobs.map((job) => {
    const objects = new Map<unknown, Annotation>();
    for (const annotation of labels.flatMap((label) => label[job]?.annotations ?? []))
      objects.set(annotation.mid ?? annotation, annotation);
    return [job, { annotations: [...objects.values()] }] as const;
  });
  return Object.fromEntries(merged.filter(([, { annotations }]) => annotations.length > 0));
}

function countObjects(content: JsonResponse): number {
  return Object.values(content).reduce((sum, job) => sum + (job?.annotations?.length ?? 0), 0);
}
