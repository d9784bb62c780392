// What a classification was answered with. Pure.
import type { JsonResponse } from "./label.ts";

/**
 * The names of the classes that were chosen in a classification job; of a job with a single choice, one at most.
 *
 * @param answers A label's `jsonResponse`, or the `children` of an object.
 * @param job The job's name.
 * @returns Empty where the job was not answered.
 */
export function categoriesOf(answers: JsonResponse | undefined, job: string): string[] {
  return (answers?.[job]?.categories ?? []).map(({ name }) => name);
}
