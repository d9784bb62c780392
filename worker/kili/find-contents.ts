// Finds the labels in an answer whose content Kili keeps behind a URL. It goes where the document's selections lead and
// nowhere else: what labelers and plugins have written into Kili may look like such a label.
import type { SelectionSetNode } from "graphql";
import type { KiliOperation } from "./check-operation.ts";
import { collectFields, isAnsweredAs } from "./walk-selections.ts";

/** A label that was asked for both, its content and where that is. */
export interface ContentRow {
  jsonResponse: unknown;
  readonly jsonResponseUrl: string;
}

/** The labels whose content is elsewhere, as they are in `data`: to be filled in there. */
export function findContents(operation: KiliOperation, data: Readonly<Record<string, unknown>>): ContentRow[] {
  // Most documents ask for no URL, and most answers are large.
  if (!operation.text.includes("jsonResponseUrl")) return [];
  const found: ContentRow[] = [];
  visit(operation, operation.definition.selectionSet, data, found);
  return found;
}

function visit(operation: KiliOperation, selections: SelectionSetNode, node: unknown, found: ContentRow[]): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(operation, selections, item, found);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const row = node as Record<string, unknown>;
  const { fragments } = operation;
  if (
    typeof row["jsonResponseUrl"] === "string" &&
    row["jsonResponseUrl"] !== "" &&
    isAnsweredAs(selections, fragments, "jsonResponseUrl") &&
    isAnsweredAs(selections, fragments, "jsonResponse")
  )
    found.push(row as unknown as ContentRow);
  for (const field of collectFields(selections, fragments))
    if (field.selectionSet !== undefined)
      visit(operation, field.selectionSet, row[field.alias?.value ?? field.name.value], found);
}
