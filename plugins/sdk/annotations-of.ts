// The objects of a label. Pure; a label without content, a job or annotations has none.
import type { Annotation, Label } from "./label.ts";

/** Which objects are meant: each given condition narrows them down. */
export interface AnnotationConditions {
  /** The job's name, such as `JOB_0`; without it, all jobs. */
  readonly job?: string;
  /** The name of a class that the object has. */
  readonly category?: string;
  /** `rectangle`, `polygon` … */
  readonly type?: string;
}

/**
 * The objects of a label, in the order of its jobs. Of a video label, whose first level are frames, there are none.
 *
 * @param label The label as the handler got it.
 * @param conditions Which objects are meant; without any, all of them.
 * @example
 * ```ts
 * const cars = annotationsOf(label, { job: "JOB_0", category: "CAR", type: "rectangle" });
 * ```
 */
export function annotationsOf(
  { jsonResponse = {} }: Pick<Label, "jsonResponse">,
  { category, job, type }: AnnotationConditions = {},
): Annotation[] {
  const jobs = job === undefined ? Object.values(jsonResponse) : [jsonResponse[job]];
  return jobs
    .flatMap((one) => one?.annotations ?? [])
    .filter((annotation) => type === undefined || annotation.type === type)
    .filter(({ categories }) => category === undefined || (categories?.some(({ name }) => name === category) ?? false));
}
