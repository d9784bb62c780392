// Dotted field names as a GraphQL selection. Knows nothing of Kili's schema: Kili says which fields exist.

const FIELD = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

interface Selection extends Map<string, Selection> {}

/** `["id", "author.email", "author.id"]` becomes `id author{email id}`. */
export function toSelection(fields: readonly string[]): string {
  if (fields.length === 0) throw new TypeError('Cannot query Kili: "fields" is empty, wanted at least one');
  const root: Selection = new Map();
  for (const field of fields) {
    // A name is put into the document as it stands: anything else could smuggle in another operation.
    if (!FIELD.test(field)) throw new TypeError(`Cannot query Kili: field "${field}" is no name, wanted "a" or "a.b"`);
    let node = root;
    for (const name of field.split(".")) {
      const next: Selection = node.get(name) ?? new Map<string, Selection>();
      node.set(name, next);
      node = next;
    }
  }
  return write(root);
}

function write(node: Selection): string {
  return [...node].map(([name, inner]) => (inner.size === 0 ? name : `${name}{${write(inner)}}`)).join(" ");
}
