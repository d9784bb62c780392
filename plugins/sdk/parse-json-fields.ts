// Fields that Kili's API gives as JSON text, as objects.

const JSON_FIELDS: ReadonlySet<string> = new Set(["jsonInterface", "jsonMetadata", "jsonResponse"]);

/** Turns those of `fields` that hold JSON text into objects, in the row itself: empty ones where there was nothing. */
export function parseJsonFields(row: Record<string, unknown>, fields: readonly string[]): void {
  for (const field of fields) {
    const path = field.split(".");
    if (JSON_FIELDS.has(path.at(-1) ?? "")) parseAt(row, path);
  }
}

function parseAt(node: unknown, [name = "", ...deeper]: readonly string[]): void {
  if (Array.isArray(node)) {
    for (const item of node) parseAt(item, [name, ...deeper]);
  } else if (isFields(node) && Object.hasOwn(node, name)) {
    if (deeper.length > 0) parseAt(node[name], deeper);
    else node[name] = parse(name, node[name]);
  }
}

function parse(name: string, value: unknown): unknown {
  if (value === null || value === undefined || value === "") return {};
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new TypeError(`Cannot read "${name}": Kili gave text that is not JSON`, { cause });
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
