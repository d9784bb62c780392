// The arguments of a root field as Kili will see them: literals, variables and variables' default values together.
import { valueFromASTUntyped, type FieldNode } from "graphql";
import type { KiliOperation } from "./check-operation.ts";
import type { Json } from "./plain-variables.ts";

export type Arguments = Readonly<Record<string, Json>>;

/** The arguments by name. A variable that was not given has its default value, or is left out. */
export function resolveArguments(
  { definition }: Pick<KiliOperation, "definition">,
  field: FieldNode,
  variables: Arguments,
): Arguments {
  const defaults = (definition.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  const effective = { ...Object.fromEntries(defaults), ...variables };
  return Object.fromEntries(
    (field.arguments ?? []).map((argument) => [
      argument.name.value,
      (valueFromASTUntyped(argument.value, effective) ?? null) as Json,
    ]),
  );
}
