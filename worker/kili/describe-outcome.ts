// Says what Kili left undone of a write that it answers asset by asset, as far as the write asks for it. Other answers are
// about a write as a whole.
import type { FieldNode } from "graphql";
import type { KiliOperation } from "./check-operation.ts";
import { collectFields } from "./walk-selections.ts";

export interface Outcome {
  /** Of no asset is it said that it was done. */
  readonly isNothing: boolean;
  /** As in "Kili declined 2 and failed at 1". */
  readonly undone: string;
}

/** Fields of an answer with outcomes, and the words for what they count. */
const UNDONE: ReadonlyMap<string, string> = new Map([
  ["declined", "declined"],
  ["failed", "failed at"],
]);

/** Null where nothing is known to be undone. `data` is the answer to `operation`. */
export function describeOutcome(
  { fragments }: Pick<KiliOperation, "fragments">,
  field: FieldNode,
  data: Readonly<Record<string, unknown>>,
): Outcome | null {
  const answer = data[field.alias?.value ?? field.name.value];
  if (typeof answer !== "object" || answer === null || field.selectionSet === undefined) return null;
  const words: string[] = [];
  let done: number | null = null;
  for (const child of collectFields(field.selectionSet, fragments)) {
    const rows = (answer as Readonly<Record<string, unknown>>)[child.alias?.value ?? child.name.value];
    if (!Array.isArray(rows)) continue;
    const word = UNDONE.get(child.name.value);
    if (child.name.value === "succeeded") done = rows.length;
    else if (word !== undefined && rows.length > 0) words.push(`${word} ${rows.length}`);
  }
  return words.length === 0 ? null : { isNothing: done === 0, undone: `Kili ${words.join(" and ")}` };
}
