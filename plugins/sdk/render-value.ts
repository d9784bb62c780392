// Any value as text for a log line. Bounded in length, depth and width, and it never throws: what is logged
// comes from plugins, and may be circular, huge, or an object that throws when looked at.

const MAX_TEXT_CHARS = 8_192;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Writes a value out: text as it is, errors with their stack, objects like JavaScript literals. */
export function renderValue(value: unknown): string {
  try {
    if (typeof value === "string") return clip(value, MAX_TEXT_CHARS);
    const rendering: Rendering = { left: MAX_TEXT_CHARS, parents: [] };
    return clip(renderInner(value, rendering), MAX_TEXT_CHARS);
  } catch {
    return "[unreadable]";
  }
}

interface Rendering {
  /** Characters that may still be spent; entries stop when it is used up. */
  left: number;
  readonly parents: object[];
}

function renderInner(value: unknown, rendering: Rendering): string {
  if (value !== null && typeof value === "object") return renderObject(value, rendering);
  const text = renderLeaf(value);
  rendering.left -= text.length;
  return text;
}

function renderLeaf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(clip(value, MAX_TEXT_CHARS));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name || "anonymous"}]`;
  if (Object.is(value, -0)) return "-0";
  return String(value);
}

function renderObject(value: object, rendering: Rendering): string {
  if (rendering.parents.includes(value)) return "[circular]";
  if (rendering.parents.length >= MAX_DEPTH) return Array.isArray(value) ? "[…]" : "{…}";
  rendering.parents.push(value);
  try {
    return renderKnown(value, rendering);
  } catch {
    return "[unreadable]";
  } finally {
    rendering.parents.pop();
  }
}

function renderKnown(value: object, rendering: Rendering): string {
  if (value instanceof Error) return renderError(value, rendering);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (value instanceof Promise) return "[promise]";
  if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return enclose("[", value, value.length, "]", rendering, renderInner);
  if (value instanceof Set) return `Set ${enclose("[", value, value.size, "]", rendering, renderInner)}`;
  const renderKeyed = ([key, item]: [unknown, unknown]): string =>
    `${typeof key === "string" && IDENTIFIER.test(key) ? key : renderInner(key, rendering)}: ${renderInner(item, rendering)}`;
  if (value instanceof Map) return `Map ${enclose("{", value, value.size, "}", rendering, renderKeyed)}`;
  const keys = Object.keys(value);
  const name = classNameOf(value);
  return `${name}${enclose("{", entriesOf(value, keys), keys.length, "}", rendering, renderKeyed)}`;
}

function renderError(error: Error, rendering: Rendering): string {
  const head = `${error.name}: ${error.message}`;
  const stack = typeof error.stack === "string" ? error.stack : "";
  const own = stack.includes(error.message) ? stack : [head, stack].filter(Boolean).join("\n");
  return error.cause === undefined ? own : `${own}\ncaused by ${renderInner(error.cause, rendering)}`;
}

function enclose<Item>(
  open: string,
  items: Iterable<Item>,
  size: number,
  close: string,
  rendering: Rendering,
  renderItem: (item: Item, rendering: Rendering) => string,
): string {
  const parts: string[] = [];
  for (const item of items) {
    if (parts.length >= MAX_ENTRIES || rendering.left <= 0) {
      parts.push(`… ${size - parts.length} more`);
      break;
    }
    // Every item costs something, or a tree of empty ones would never use the room up.
    rendering.left -= 2;
    parts.push(renderItem(item, rendering));
  }
  if (parts.length === 0) return open + close;
  return open === "{" ? `{ ${parts.join(", ")} }` : open + parts.join(", ") + close;
}

/** Reads properties one at a time, so that what is cut off is never read. */
function* entriesOf(value: object, keys: readonly string[]): Generator<[string, unknown]> {
  for (const key of keys) yield [key, (value as Record<string, unknown>)[key]];
}

function classNameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "";
  const { constructor } = value;
  return typeof constructor === "function" && constructor !== Object ? `${constructor.name} ` : "";
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
