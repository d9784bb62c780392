// Rows of the audit as sentences.
import type { AuditRow } from "../store/flush-batch.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { Pill } from "./pill.tsx";
import { pluginPath } from "./paths.ts";

interface ChangeProps {
  readonly now: number;
  /** Left out where all is about one plugin. */
  readonly withPlugin?: boolean;
}

/** Who did what to which plugin, where, and when. */
export function ChangeList({ rows, ...props }: ChangeProps & { readonly rows: readonly AuditRow[] }) {
  if (rows.length === 0) return <Empty title="Nothing yet" />;
  return (
    <ol class="list">
      {rows.map((row) => (
        <ChangeLine row={row} {...props} />
      ))}
    </ol>
  );
}

function ChangeLine({ row, now, withPlugin = true }: ChangeProps & { readonly row: AuditRow }) {
  const { actor, action, pluginName, projectId, detail, createdAt } = row;
  return (
    <li>
      <span>
        {action === "refused" ? <Pill tone="bad">refused</Pill> : action.replaceAll("_", " ")}
        {withPlugin && pluginName !== null && (
          <>
            {" "}
            <a href={pluginPath(pluginName)}>{pluginName}</a>
          </>
        )}
        {projectId !== null && <> on {projectId === "*" ? "all projects" : <span class="mono">{projectId}</span>}</>}{" "}
        <span class="muted">
          {!actor.startsWith("plugin:") && (
            <>
              by {actor.replace(/^key:/, "")}
              {detail && ": "}
            </>
          )}
          {detail}
        </span>
      </span>
      <small class="muted">
        <Ago at={createdAt} now={now} />
      </small>
    </li>
  );
}
