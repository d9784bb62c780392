// The objects of a label. Pure; a label without content, a job or annotations has none.
import type { Annotation, JsonResponse } from "./label.ts";
import type { AnnotationOf, CategoryOf } from "./project-answers.ts";

/** Which objects are meant: each given condition narrows them down. */
export interface AnnotationConditions<Job = string, Category = string, Type = string> {
  /** The job's name, such as `JOB_0`; without it, all jobs. */
  readonly job?: Job;
  /** The name of a class that the object has. */
  readonly category?: Category;
  /** `rectangle`, `polygon` … */
  readonly type?: Type;
}

/**
 * The objects of a label, in the order of its jobs. Of a video label, whose first level are frames, there are none: give
 * one of its frames as `{ jsonResponse: frame }`.
 *
 * @param label The label as the handler got it.
 * @param conditions Which objects are meant; without any, all of them.
 * @example
 * ```ts
 * const cars = annotationsOf(label, { job: "JOB_0", category: "CAR", type: "rectangle" });
 * ```
 */
export function annotationsOf<
  Response extends JsonResponse = JsonResponse,
  Job extends keyof Response & string = keyof Response & string,
>(
  label: { readonly jsonResponse?: Response | undefined },
  conditions?: AnnotationConditions<
    Job,
    CategoryOf<AnnotationOf<Response, Job>>,
    NonNullable<AnnotationOf<Response, Job>["type"]>
  >,
): AnnotationOf<Response, Job>[];
export function annotationsOf(
  { jsonResponse = {} }: { readonly jsonResponse?: JsonResponse | undefined },
  { category, job, type }: AnnotationConditions = {},
): Annotation[] {
  const jobs = job === undefined ? Object.values(jsonResponse) : [jsonResponse[job]];
  return jobs
    .flatMap((one) => one?.annotations ?? [])
    .filter((annotation) => type === undefined || annotation.type === type)
    .filter(({ categories }) => category === undefined || (categories?.some(({ name }) => name === category) ?? false));
}
