// Log lines of a run, in the order they were logged. What they say is the plugin's word: it is shown as text.
import type { LogRow } from "../store/flush-batch.ts";

interface LogLinesProps {
  readonly lines: readonly Pick<LogRow, "line" | "createdAt" | "logType" | "content">[];
}

export function LogLines({ lines }: LogLinesProps) {
  return (
    <div role="log" aria-label="Log lines">
      <ol class="log">
        {lines.map(({ line, createdAt, logType, content }) => (
          <li class={logType} value={line + 1}>
            <time datetime={new Date(createdAt).toISOString()}>{new Date(createdAt).toISOString().slice(11, 23)}</time>
            <span class="level">{logType}</span>
            <span class="content">{content}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
