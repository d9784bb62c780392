// A validation rule: how deep an operation may nest. Introspection is bounded by graphql-js's own rule.
import { Kind, type FragmentDefinitionNode, type SelectionSetNode, type ValidationRule } from "graphql";
import { MAX_QUERY_DEPTH } from "../limits.ts";
import { requestError } from "./request-error.ts";

/** Refuses operations that nest deeper than the host answers. Fragments count as the fields they hold. */
export const limitDepth: ValidationRule = (context) => {
  const depths = new Map<FragmentDefinitionNode, number>();

  function depthOf({ selections }: SelectionSetNode): number {
    let deepest = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value.startsWith("__")) continue;
        deepest = Math.max(deepest, 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        deepest = Math.max(deepest, depthOf(selection.selectionSet));
      } else {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) deepest = Math.max(deepest, depthOfFragment(fragment));
      }
    }
    return deepest;
  }

  function depthOfFragment(fragment: FragmentDefinitionNode): number {
    const known = depths.get(fragment);
    if (known !== undefined) return known;
    // Ends the walk around a cycle, which another rule reports; and measured once, a bomb of fragments costs nothing.
    depths.set(fragment, 0);
    const depth = depthOf(fragment.selectionSet);
    depths.set(fragment, depth);
    return depth;
  }

  return {
    OperationDefinition(operation) {
      const depth = depthOf(operation.selectionSet);
      if (depth <= MAX_QUERY_DEPTH) return;
      context.reportError(
        requestError("QUERY_TOO_LARGE", `Cannot answer query: it nests ${depth} deep, at most ${MAX_QUERY_DEPTH}`),
      );
    },
  };
};
