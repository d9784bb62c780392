// A bench has nobody to hand a failure to: it ends with the failure's words.
import type { Result } from "../schemas/result.ts";

/** The value of a result that has to be there. */
export function valueOf<Value>(result: Result<Value, { readonly message: string }>): Value {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}
