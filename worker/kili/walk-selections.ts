// Walks the selections of a GraphQL operation through inline fragments and named ones. Knows no schema: a fragment's
// type condition is not believed, so a field counts wherever it is written.
import { Kind } from "graphql";
import type { FieldNode, FragmentDefinitionNode, SelectionSetNode } from "graphql";
import { fail, ok, type Result } from "../../schemas/result.ts";

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export type WalkFailure =
  | { readonly reason: "too_deep"; readonly limit: number }
  | { readonly reason: "unknown_fragment"; readonly name: string }
  | { readonly reason: "fragment_cycle"; readonly name: string };

/** The fields of a selection set with those that its fragments bring in, each fragment once. */
export function collectFields(selections: SelectionSetNode, fragments: Fragments): readonly FieldNode[] {
  const fields: FieldNode[] = [];
  const seen = new Set<string>();
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) walk(fragment.selectionSet);
      }
    }
  };
  walk(selections);
  return fields;
}

/**
 * Whether the member `name` of an answer, if it is there, is the field of that name: an alias could pass any other field
 * for it. False where nothing asks for it.
 */
export function isAnsweredAs(selections: SelectionSetNode | undefined, fragments: Fragments, name: string): boolean {
  if (selections === undefined) return false;
  const answering = collectFields(selections, fragments).filter(
    (field) => (field.alias?.value ?? field.name.value) === name,
  );
  return answering.length > 0 && answering.every((field) => field.name.value === name);
}

/** How many fields nest, fragments spread out; fails past `limit`, on a cycle and on a fragment that is not there. */
export function measureDepth(
  selections: SelectionSetNode,
  fragments: Fragments,
  limit: number,
): Result<number, WalkFailure> {
  // Remembered per fragment: fragments that each spread the next one twice would else be walked 2ⁿ times.
  const known = new Map<string, number>();
  const open = new Set<string>();

  const walk = (set: SelectionSetNode): Result<number, WalkFailure> => {
    let deepest = 0;
    for (const selection of set.selections) {
      const below = walkSelection(selection);
      if (!below.ok) return below;
      deepest = Math.max(deepest, below.value);
      if (deepest > limit) return fail({ reason: "too_deep", limit });
    }
    return ok(deepest);
  };

  const walkSelection = (selection: SelectionSetNode["selections"][number]): Result<number, WalkFailure> => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return walk(selection.selectionSet);
    if (selection.kind === Kind.FIELD) {
      if (selection.selectionSet === undefined) return ok(1);
      const below = walk(selection.selectionSet);
      return below.ok ? ok(below.value + 1) : below;
    }
    const name = selection.name.value;
    const remembered = known.get(name);
    if (remembered !== undefined) return ok(remembered);
    if (open.has(name)) return fail({ reason: "fragment_cycle", name });
    const fragment = fragments.get(name);
    if (fragment === undefined) return fail({ reason: "unknown_fragment", name });
    open.add(name);
    const below = walk(fragment.selectionSet);
    open.delete(name);
    if (below.ok) known.set(name, below.value);
    return below;
  };

  return walk(selections);
}
