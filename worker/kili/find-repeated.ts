// Finds names that stand twice where GraphQL allows them once: what is checked and what runs could then differ.
import { visit, type DocumentNode } from "graphql";

/** An argument, input field or variable that is there twice in one place; null if there is none. */
export function findRepeated(document: DocumentNode): string | null {
  let found: string | null = null;
  const check = (nodes: readonly { readonly value: string }[]): void => {
    const names = nodes.map(({ value }) => value);
    found ??= names.find((name, index) => names.indexOf(name) !== index) ?? null;
  };
  visit(document, {
    Field: ({ arguments: given = [] }) => check(given.map(({ name }) => name)),
    ObjectValue: ({ fields }) => check(fields.map(({ name }) => name)),
    OperationDefinition: ({ variableDefinitions = [] }) =>
      check(variableDefinitions.map(({ variable }) => variable.name)),
  });
  return found;
}
