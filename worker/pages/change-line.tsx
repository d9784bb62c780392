// One row of the audit as a sentence.
import type { AuditRow } from "../store/flush-batch.ts";
import { Ago } from "./ago.tsx";
import { Pill } from "./pill.tsx";
import { pluginPath } from "./paths.ts";

interface ChangeLineProps {
  readonly row: AuditRow;
  readonly now: number;
  /** Left out where all is about one plugin. */
  readonly withPlugin?: boolean;
}

/** Who did what to which plugin, where, and when. */
export function ChangeLine({ row, now, withPlugin = true }: ChangeLineProps) {
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
