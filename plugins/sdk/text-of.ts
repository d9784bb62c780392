// What was written in a transcription. Pure.
import type { JsonResponse } from "./label.ts";

/**
 * The text of a transcription job, without space around it.
 *
 * @param answers A label's `jsonResponse`, or the `children` of an object.
 * @param job The job's name; without it, the first that has a text.
 * @returns "" where there is none.
 */
export function textOf<Response extends JsonResponse>(
  answers: Response | undefined,
  job?: keyof Response & string,
): string;
export function textOf(answers: JsonResponse | undefined, job?: string): string {
  const jobs = job === undefined ? Object.values(answers ?? {}) : [answers?.[job]];
  return jobs.find((one) => one?.text !== undefined)?.text?.trim() ?? "";
}
