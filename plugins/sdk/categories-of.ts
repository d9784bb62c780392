// What a classification was answered with. Pure.
import type { JsonResponse } from "./label.ts";
import type { CategoryOf } from "./project-answers.ts";

/**
 * The names of the classes that were chosen in a classification job; of a job with a single choice, one at most.
 *
 * @param answers A label's `jsonResponse`, or the `children` of an object.
 * @param job The job's name.
 * @returns Empty where the job was not answered.
 */
export function categoriesOf<Response extends JsonResponse, Job extends keyof Response & string>(
  answers: Response | undefined,
  job: Job,
): ChosenOf<Response, Job>[];
export function categoriesOf(answers: JsonResponse | undefined, job: string): string[] {
  return (answers?.[job]?.categories ?? []).map(({ name }) => name);
}

type ChosenOf<Response extends JsonResponse, Job extends keyof Response> = CategoryOf<NonNullable<Response[Job]>>;
