// JSON as a tree that folds: a bounded part of it, with links to the rest, so that no payload is too large for a page.
// What is in it is somebody else's word, and stays text.

interface JsonTreeProps {
  readonly value: unknown;
  /** Where the value stands in the payload. */
  readonly at: readonly (string | number)[];
  /** The address of the part that stands at a place, from its nth entry or character on. */
  readonly linkTo: (at: readonly (string | number)[], from: number) => string;
  readonly from: number;
  /** How deep what is short is open from the start. */
  readonly openDepth: number;
}

const MAX_NODES = 400;
const MAX_ENTRIES = 100;
const MAX_TEXT_CHARS = 300;
/** A text that is looked at by itself. */
const MAX_WHOLE_CHARS = 20_000;
/** What has no more entries than this is short. */
const OPEN_ENTRIES = 20;

export function JsonTree({ value, at, linkTo, from, openDepth }: JsonTreeProps) {
  const budget = { nodes: MAX_NODES };
  return (
    <div class="tree">
      {typeof value === "string" ? (
        <WholeText text={value} at={at} linkTo={linkTo} from={from} />
      ) : (
        <Entries {...{ value, at, linkTo, from, openDepth, budget }} depth={0} />
      )}
    </div>
  );
}

interface NodeProps extends JsonTreeProps {
  readonly depth: number;
  /** Shared by all of one page. */
  readonly budget: { nodes: number };
}

function Entries({ value, at, linkTo, from, openDepth, depth, budget }: NodeProps) {
  if (typeof value !== "object" || value === null) return <Leaf value={value} />;
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const shown = entries.slice(from, from + MAX_ENTRIES);
  const left = entries.length - from - shown.length;
  return (
    <ul>
      {from > 0 && (
        <li>
          <a href={linkTo(at, Math.max(from - MAX_ENTRIES, 0))}>{from} before</a>
        </li>
      )}
      {shown.map(([key, entry]) => (
        <li>
          <Node
            {...{ linkTo, openDepth, budget }}
            name={key}
            value={entry}
            at={[...at, key]}
            from={0}
            depth={depth + 1}
          />
        </li>
      ))}
      {left > 0 && (
        <li>
          <a href={linkTo(at, from + MAX_ENTRIES)}>{left} more</a>
        </li>
      )}
    </ul>
  );
}

function Node({ name, value, at, linkTo, openDepth, depth, budget }: NodeProps & { readonly name: string | number }) {
  budget.nodes -= 1;
  const key = <span class="key">{name}</span>;
  if (typeof value === "string") {
    const isLong = value.length > MAX_TEXT_CHARS;
    return (
      <>
        {key}: <span class="text">{JSON.stringify(isLong ? value.slice(0, MAX_TEXT_CHARS) : value)}</span>
        {isLong && <a href={linkTo(at, 0)}> all {value.length} characters</a>}
      </>
    );
  }
  if (typeof value !== "object" || value === null) {
    return (
      <>
        {key}: <Leaf value={value} />
      </>
    );
  }
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  const hint = Array.isArray(value) ? `[${size}]` : `{${size}}`;
  if (size === 0) {
    return (
      <>
        {key} <span class="hint">{hint}</span>
      </>
    );
  }
  // What does not fit on this page has one of its own.
  if (budget.nodes <= 0) {
    return (
      <>
        {key} <a href={linkTo(at, 0)}>{hint}</a>
      </>
    );
  }
  return (
    <details open={size <= OPEN_ENTRIES && depth < openDepth}>
      <summary>
        {key} <span class="hint">{hint}</span>
      </summary>
      <Entries {...{ value, at, linkTo, openDepth, depth, budget }} from={0} />
    </details>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  return <span class="hint">{JSON.stringify(value) ?? "nothing"}</span>;
}

function WholeText({ text, at, linkTo, from }: Omit<JsonTreeProps, "value" | "openDepth"> & { readonly text: string }) {
  const end = from + MAX_WHOLE_CHARS;
  return (
    <>
      <pre class="code wrap" tabindex={0}>
        {text.slice(from, end)}
      </pre>
      {text.length > end && <a href={linkTo(at, end)}>{text.length - end} characters more</a>}
    </>
  );
}
